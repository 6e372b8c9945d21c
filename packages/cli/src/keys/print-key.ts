import type { StoredKey } from 'culpa'
import type { CommandInput } from '../command.ts'
import { note, oneLine, printJson, printLine } from '../terminal.ts'
import { keyFacts } from './key-facts.ts'

/** Prints a new key: alone on standard output, or with its facts for a program. */
export function printKey(input: CommandInput, key: string, stored: StoredKey): number {
  const facts = keyFacts(stored, Date.now())
  if (input.flag('json')) return printJson({ key, ...facts })
  const owner = oneLine(facts.tenant)
  note(`Key ${facts.keyId} of ${owner}, ${facts.environment}. It is shown only now: keep it in a safe place.`)
  return printLine(key)
}
