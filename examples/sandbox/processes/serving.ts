// One of several processes that serve the sandbox, as the one that watches over all starts it.
import { logFailures } from 'culpa'
import type { MaintenanceChange } from '../maintenance-switch.ts'
import { processorAt } from '../processor-client.ts'
import { introductionOf, type Sandbox, startSandbox } from '../sandbox.ts'
import type { Orders, ServingMessage, WatchingMessage } from './messages.ts'

let sandbox: Sandbox | undefined
/** Changes that came while it was starting. */
const early: MaintenanceChange[] = []
let lastId = 0
const waiting = new Map<number, () => void>()

// It ends when it is told to: a signal to the process group must cut no request.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('message', (message: WatchingMessage) => {
  hear(message).catch((error: unknown) => {
    tell({ tells: 'problem', text: error instanceof Error ? error.message : String(error) })
    process.disconnect()
  })
})

function tell(message: ServingMessage): void {
  if (process.connected) process.send?.(message)
}

async function hear(message: WatchingMessage): Promise<void> {
  switch (message.tells) {
    case 'orders':
      return start(message.orders)
    case 'apply':
      if (sandbox === undefined) early.push(message.change)
      else sandbox.apply(message.change)
      return tell({ tells: 'applied', id: message.id })
    case 'applied by all':
      waiting.get(message.id)?.()
      waiting.delete(message.id)
      return
    case 'stop':
      await sandbox?.close()
      process.exit()
  }
}

async function start({ options, processorPort, changes }: Orders): Promise<void> {
  sandbox = await startSandbox(options, logFailures, {
    processor: processorAt(processorPort),
    spread,
    note: (text) => tell({ tells: 'note', text }),
  })
  for (const change of [...changes, ...early]) sandbox.apply(change)
  tell({ tells: 'ready', introduction: introductionOf(sandbox) })
}

/** Resolves once every process has applied the change. */
function spread(change: MaintenanceChange): Promise<void> {
  const id = ++lastId
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    tell({ tells: 'asked', id, change })
  })
}
