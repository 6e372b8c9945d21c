import type { RecordedAnswer } from 'culpa/reference'
import { standIn } from '../../examples/sandbox/stand-ins.ts'
import type { DescribedTrigger } from './live-sandbox.ts'
import type { WireAnswer } from './wire.ts'

/** The triggers whose answers are recorded: the first of each code. */
export function recordedTriggers(triggers: readonly DescribedTrigger[]): readonly DescribedTrigger[] {
  const first = new Map<string, DescribedTrigger>()
  for (const trigger of triggers) {
    if (trigger.cannot === undefined && !first.has(trigger.code)) first.set(trigger.code, trigger)
  }
  return [...first.values()]
}

/** An answer as it is recorded, stand-ins in place. */
export function toRecorded({ status, reason, lines, body }: WireAnswer, port: number): RecordedAnswer {
  return standIn({ status, reason, headers: lines, body }, `http://localhost:${port}`)
}
