import { readOptions, type SandboxOptions, usage } from './options.ts'
import type { Introduction } from './processes/messages.ts'

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options === 'help') console.log(usage)
  else await run(options)
} catch (error) {
  fail(error)
}

async function run(options: SandboxOptions): Promise<void> {
  const { introduction, close } = await start(options)
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      console.log('Stopping: finishing what is running …')
      close()
        .catch(fail)
        .finally(() => process.exit())
    })
  }
  // Only now: whoever reads it may want to stop it at once.
  introduce(introduction)
}

async function start(options: SandboxOptions) {
  if (options.processes > 1) {
    const { startProcesses } = await import('./processes/watching.ts')
    return startProcesses(options, (text) => console.error(`culpa sandbox: ${text}`))
  }
  const { introductionOf, startSandbox } = await import('./sandbox.ts')
  const sandbox = await startSandbox(options)
  return { introduction: introductionOf(sandbox), close: () => sandbox.close() }
}

function introduce({ origin, systems }: Introduction): void {
  console.log(`culpa sandbox ready on ${origin}\n`)
  for (const { name, base, key } of systems) console.log(`  ${name.padEnd(13)} ${base.padEnd(17)} ${key}`)
  const stripe = systems[0]!
  console.log(
    `\n  curl ${origin}${stripe.base}/charges -u ${stripe.key}: -d amount=2000 -d currency=usd -d source=tok_chargeDeclined`,
  )
  console.log(`  Every failure of every system: ${origin}/sandbox.json\n`)
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`culpa sandbox: ${message.replaceAll('\n', ' ')}`)
  process.exitCode = 1
}
