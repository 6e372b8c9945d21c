import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createMessageConnection } from 'vscode-jsonrpc/node'
import { root } from '../laws/sources.ts'

export interface LanguageServer {
  /** What an editor shows over the first `word` of the first line that holds `line`. */
  readonly hover: (line: string, word: string) => Promise<string>
  readonly close: () => Promise<void>
}

/** The compiler as an editor runs it, with one file open that stands on no disk: `path` says where it would be. */
export async function openInEditor(path: string, text: string): Promise<LanguageServer> {
  const server = spawn(join(root, 'node_modules/.bin/tsc'), ['--lsp', '--stdio'], { cwd: root, stdio: 'pipe' })
  const exited = once(server, 'exit')
  const connection = createMessageConnection(server.stdout, server.stdin)
  connection.onRequest('client/registerCapability', () => null)
  connection.listen()
  const capabilities = { textDocument: { hover: { contentFormat: ['plaintext'] } } }
  const rootUri = pathToFileURL(root).href
  await connection.sendRequest('initialize', { processId: process.pid, rootUri, capabilities })
  await connection.sendNotification('initialized', {})
  const uri = pathToFileURL(join(root, path)).href
  const textDocument = { uri, languageId: 'typescript', version: 1, text }
  await connection.sendNotification('textDocument/didOpen', { textDocument })

  return {
    async hover(line, word) {
      const lines = text.split('\n')
      const at = lines.findIndex((one) => one.includes(line))
      const position = { line: at, character: lines[at]!.indexOf(word) }
      const shown = await connection.sendRequest<Hover | null>('textDocument/hover', {
        textDocument: { uri },
        position,
      })
      return shown?.contents.value ?? ''
    },
    async close() {
      await connection.sendRequest('shutdown')
      await connection.sendNotification('exit')
      await exited
      connection.dispose()
    },
  }
}

interface Hover {
  readonly contents: { readonly value: string }
}
