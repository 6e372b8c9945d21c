import type { BuiltinCode } from '../contract/builtins.ts'
import type { Contract } from '../contract/define-contract.ts'
import type { Exchange } from './exchange.ts'
import type { CompiledGuard, Fail, Guard, Run, Stage, Step } from './guard.ts'
import { stages } from './guard.ts'
import type { Operation, OperationMethod } from './operation.ts'
import type { Reply } from './reply.ts'

/** An operation compiled: its guards in order, its handler wrapped, the codes it may answer with. */
export interface Plan {
  readonly id: string
  readonly method: OperationMethod
  readonly path: string
  readonly operation: Operation
  readonly steps: readonly PlannedStep[]
  readonly listeners: readonly Listener[]
  readonly run: Run
  /** Names of every code it may answer with. */
  readonly codes: ReadonlySet<string>
}

export interface PlannedStep {
  readonly stage: Stage
  readonly step: Step
}

export type Listener = NonNullable<CompiledGuard['refused']>

/** Compiles an operation, once, when the API is created. `always` are the codes every operation has. */
export function planOperation(
  operation: Operation,
  guards: readonly Guard[],
  contract: Contract,
  always: readonly string[],
  handle: Run,
  toFailure: (exchange: Exchange, thrown: unknown, codes: ReadonlySet<string>) => Reply,
): Plan {
  const steps: PlannedStep[] = []
  const listeners: Listener[] = []
  const codes = new Set<string>([...always, ...pathCodes(operation), ...operation.errors])
  let run = handle
  const fail: Fail = (exchange, thrown) => toFailure(exchange, thrown, codes)
  // Around the handler the last stage stands outermost: the deadline limits the waiting, not the recording.
  for (const guard of [...guards].sort((a, b) => order(a.stage) - order(b.stage))) {
    const compiled = guard.compile(operation, contract)
    if (compiled === undefined) continue
    for (const code of guard.codes(operation)) codes.add(code)
    if (compiled.step !== undefined) steps.push(stepOf(guard.stage, compiled.step))
    if (compiled.around !== undefined) run = compiled.around(run, fail)
    if (compiled.refused !== undefined) listeners.push(compiled.refused)
  }
  const { id, method, path } = operation
  return { id, method, path, operation, steps, listeners, run, codes }
}

/** A parameter of the path may come empty, or in percent-encoding that cannot be read. */
function pathCodes({ path }: Operation): readonly BuiltinCode[] {
  return path.includes('/:') ? ['parameter_missing', 'parameter_invalid'] : []
}

const made = new WeakMap<Step, PlannedStep>()

/** One for all operations that share it. */
function stepOf(stage: Stage, step: Step): PlannedStep {
  const known = made.get(step)
  if (known?.stage === stage) return known
  const planned = { stage, step }
  made.set(step, planned)
  return planned
}

function order(stage: Stage): number {
  return stages.indexOf(stage)
}
