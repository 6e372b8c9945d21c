import { randomUUID } from 'node:crypto'
import type { DescribedStep, DescribedTrigger } from './live-sandbox.ts'
import { exchange, exchangeBytes, parseAnswers, type WireAnswer } from './wire.ts'

/** What a trigger came to: the answer that carries its code, or the last one where none does. */
export interface Observation {
  readonly trigger: DescribedTrigger
  readonly answer: WireAnswer
}

/** Runs a trigger as `/sandbox.json` describes it, each request on a connection of its own. */
export async function provoke(port: number, trigger: DescribedTrigger): Promise<Observation> {
  const answers = await runTrigger(trigger, (step) => send(port, step))
  const answer = answers.find(({ headers }) => headers['error-code'] === trigger.code) ?? answers.at(-1)
  if (answer === undefined) throw new Error(`the trigger of ${trigger.code} has no steps`)
  return { trigger, answer }
}

/** Sends the steps of a trigger in order, then those that clean up after it; gives what came of the last step. */
export async function runTrigger<Came>(
  trigger: DescribedTrigger,
  sendStep: (step: DescribedStep) => Promise<Came>,
): Promise<readonly Came[]> {
  const unique = randomUUID().replaceAll('-', '')
  const run = async (steps: readonly DescribedStep[]) => {
    let came: Came[] = []
    for (const step of steps) {
      const once = () => sendStep(fill(step, unique))
      came = await Promise.all(Array.from({ length: step.concurrent ?? 1 }, once))
    }
    return came
  }
  try {
    return await run(trigger.steps ?? [])
  } finally {
    await run(trigger.cleanup ?? [])
  }
}

/** Runs tasks, so many at a time. */
export async function inParallel<Result>(
  tasks: readonly (() => Promise<Result>)[],
  atOnce: number,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const waiting = [...tasks]
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) results.push(await task())
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

/** The list in another order, the same for the same seed. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  return items
    .map((item) => [next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}

async function send(port: number, step: DescribedStep): Promise<WireAnswer> {
  if (step.raw === undefined) return exchange(port, step)
  const [answer] = parseAnswers(await exchangeBytes(port, step.raw))
  if (answer === undefined) throw new Error(`no answer to ${JSON.stringify(step.raw)}`)
  return answer
}

function fill(step: DescribedStep, unique: string): DescribedStep {
  const text = JSON.stringify(step)
    .replaceAll('{{unique}}', unique)
    .replace(/\{\{pad:(\d+)\}\}/g, (_, length) => 'x'.repeat(Number(length)))
  return JSON.parse(text) as DescribedStep
}
