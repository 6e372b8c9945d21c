import { readOptions, usage } from './options.ts'
import { startSandbox } from './sandbox.ts'

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options === 'help') console.log(usage)
  else await run(options)
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`culpa sandbox: ${message.replaceAll('\n', ' ')}`)
  process.exitCode = 1
}

async function run(options: Parameters<typeof startSandbox>[0]): Promise<void> {
  const { url, systems, close } = await startSandbox(options)
  const shown = `http://localhost:${new URL(url).port}`
  console.log(`culpa sandbox ready on ${shown}\n`)
  for (const { name, base, keys } of systems) console.log(`  ${name.padEnd(13)} ${base.padEnd(17)} ${keys.full}`)
  const stripe = systems[0]!
  console.log(
    `\n  curl ${shown}${stripe.base}/charges -u ${stripe.keys.full}: -d amount=2000 -d currency=usd -d source=tok_chargeDeclined`,
  )
  console.log(`  Every failure of every system: ${shown}/sandbox.json\n`)
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      console.log('Stopping: finishing what is running …')
      void close().then(() => process.exit(0))
    })
  }
}
