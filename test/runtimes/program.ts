import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { inject } from 'vitest'
import { root } from '../laws/sources.ts'

/** Writes a program beside the packed library; it finds `scenarios.ts` next to itself. Gives its file. */
export function writeProgram(text: string): string {
  const folder = mkdtempSync(join(inject('packed'), 'program-'))
  copyFileSync(join(root, 'test/runtimes/scenarios.ts'), join(folder, 'scenarios.ts'))
  writeFileSync(join(folder, 'program.js'), text)
  return join(folder, 'program.js')
}

/** The program as one file: a module of a page, or a script that leaves its exports in `program`. */
export async function bundle(file: string, format: 'esm' | 'iife'): Promise<string> {
  const built = await rolldown({ input: file, platform: 'browser' })
  const { output } = await built.generate({ format, name: 'program', minify: true })
  await built.close()
  return output[0].code
}
