import type { MaybePromise } from 'culpa'

/** A value of a statement. An object is kept as JSON. */
export type Value = string | number | null | object

/** A statement that SQLite and Postgres both understand; `?1` is the first of its values. */
export interface Statement {
  readonly text: string
  readonly values: readonly Value[]
}

/** A row of an answer. Its column `data`, where it has one, is read from JSON. */
export type Row = Readonly<Record<string, unknown>>

/**
 * What is to be done with the data: it yields one statement after the other and goes on with the rows. Written once, it
 * runs inside of a transaction of SQLite, where nothing may wait, and on Postgres, where everything does.
 */
export type Work<Result> = Generator<Statement, Result, readonly Row[]>

/** Has a database answer a statement. */
export type Ask = (statement: Statement) => MaybePromise<readonly Row[]>

/** One statement of a larger work. */
export function* statement(text: string, ...values: readonly Value[]): Work<readonly Row[]> {
  return yield { text, values }
}

/** Does the work. It takes no promise unless the database gives one. */
export function perform<Result>(work: Work<Result>, ask: Ask): MaybePromise<Result> {
  return goOn(work, ask, work.next())
}

function goOn<Result>(work: Work<Result>, ask: Ask, first: IteratorResult<Statement, Result>): MaybePromise<Result> {
  let step = first
  while (step.done !== true) {
    const rows = ask(step.value)
    if (rows instanceof Promise) return rows.then((found) => goOn(work, ask, work.next(found)))
    step = work.next(rows)
  }
  return step.value
}
