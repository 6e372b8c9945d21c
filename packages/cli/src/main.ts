#!/usr/bin/env node
import { commands } from './commands.ts'
import { runProgram, runsOn } from './program.ts'
import { flushed, printError, surviveBrokenPipe } from './terminal.ts'
import { UsageError } from './usage-error.ts'

const args = process.argv.slice(2)
const goesOn = runsOn(commands, args)
surviveBrokenPipe(goesOn)

try {
  process.exitCode = await runProgram(commands, args)
  // A module that was loaded for what it says may hold a connection or a timer open.
  if (!goesOn) await exit()
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1
  printError(error instanceof Error ? error.message : String(error), args.includes('--json'))
  await exit()
}

async function exit(): Promise<never> {
  await flushed()
  process.exit()
}
