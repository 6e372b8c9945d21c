#!/usr/bin/env node
import { serve, serveHelp } from './serve.ts'

const help = `culpa COMMAND [options]

  culpa serve MODULE    serves the API that a module exports

${serveHelp}`

const [command, ...args] = process.argv.slice(2)

try {
  if (command === 'serve') await serve(args)
  else if (command === undefined || command === 'help' || command === '--help') console.log(help)
  else fail(`there is no command ${JSON.stringify(command)}. Remedy: culpa --help`)
} catch (error) {
  fail(error instanceof Error ? error.message : String(error))
}

function fail(message: string): void {
  console.error(`culpa: ${message.replaceAll('\n', ' ')}`)
  process.exitCode = 2
}
