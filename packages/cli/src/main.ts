#!/usr/bin/env node
import { ContractError } from 'culpa'
import { commands } from './commands.ts'
import { runProgram, runsOn } from './program.ts'
import { flushed, printError, surviveOutput } from './terminal.ts'
import { UsageError } from './usage-error.ts'

const args = process.argv.slice(2)
const goesOn = runsOn(commands, args)
surviveOutput(goesOn)

// Not awaited: a module that waits for nothing would end the process with a warning of Node about this file.
void run()

async function run(): Promise<void> {
  try {
    process.exitCode = await runProgram(commands, args)
    // A module that was loaded for what it says may hold a connection or a timer open.
    if (!goesOn) await exit()
  } catch (error) {
    process.exitCode = isUsage(error) ? 2 : 1
    printError(error instanceof Error ? error.message : String(error), args.includes('--json'))
    await exit()
  }
}

/** A contract that contradicts itself is for whoever wrote the module to put right. */
function isUsage(error: unknown): boolean {
  return error instanceof UsageError || error instanceof ContractError
}

async function exit(): Promise<never> {
  await flushed()
  process.exit()
}
