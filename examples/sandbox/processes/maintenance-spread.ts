import type { Worker } from 'node:cluster'
import type { MaintenanceChange } from '../maintenance-switch.ts'
import type { ServingMessage, WatchingMessage } from './messages.ts'

/** Takes a change from the process that was asked for it to all, and tells it when all have applied it. */
export interface MaintenanceSpread {
  /** What is under maintenance: for a process that starts. */
  changes(): readonly MaintenanceChange[]
  hear(worker: Worker, message: Extract<ServingMessage, { readonly tells: 'asked' | 'applied' }>): void
  /** Counts a process among all, from its start on. */
  join(worker: Worker): void
  /** Nobody waits for a process that ended. */
  forget(worker: Worker): void
}

interface Round {
  readonly asker: Worker
  readonly askedId: number
  readonly missing: Set<Worker>
}

/** Makes the spread; `tell` sends a message to a process. */
export function createMaintenanceSpread(tell: (worker: Worker, message: WatchingMessage) => void): MaintenanceSpread {
  const bySystem = new Map<string, MaintenanceChange>()
  const rounds = new Map<number, Round>()
  const workers = new Set<Worker>()
  let lastId = 0

  function begin(asker: Worker, askedId: number, change: MaintenanceChange): void {
    if (change.on) bySystem.set(change.system, change)
    else bySystem.delete(change.system)
    const id = ++lastId
    rounds.set(id, { asker, askedId, missing: new Set(workers) })
    for (const worker of workers) tell(worker, { tells: 'apply', id, change })
  }

  function cross(id: number, worker: Worker): void {
    const round = rounds.get(id)
    if (round === undefined) return
    round.missing.delete(worker)
    if (round.missing.size > 0) return
    rounds.delete(id)
    tell(round.asker, { tells: 'applied by all', id: round.askedId })
  }

  return {
    changes: () => [...bySystem.values()],
    join: (worker) => void workers.add(worker),
    hear(worker, message) {
      if (message.tells === 'asked') begin(worker, message.id, message.change)
      else cross(message.id, worker)
    },
    forget(worker) {
      workers.delete(worker)
      for (const id of [...rounds.keys()]) cross(id, worker)
    },
  }
}
