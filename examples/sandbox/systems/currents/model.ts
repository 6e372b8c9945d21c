import { z } from 'zod'
import type { PaidCard } from '../../processor-client.ts'
import type { Resource } from '../../resources.ts'
import { listQuery, paidCard, text, timestamp } from '../../schemas.ts'

/** What a run costs. */
export const runPrice = { amount: 100, currency: 'usd' } as const

export const NewRun = z.strictObject({
  projectId: text,
  ciBuildId: text,
  branch: text.optional(),
  paymentSource: text.default('tok_visa'),
})

export const RunList = listQuery.extend({ projectId: text.optional() })
export const RunSearch = z.strictObject({ ciBuildId: text })

export interface Project {
  readonly name: string
}

export interface Run {
  readonly projectId: string
  readonly ciBuildId: string
  readonly branch: string | null
  readonly state: 'running' | 'finished' | 'cancelled'
  readonly card: PaidCard
}

export const ShownProject = z.object({ projectId: z.string(), created: timestamp, name: z.string() })

export const ShownRun = z.object({
  runId: z.string(),
  created: timestamp,
  projectId: z.string(),
  ciBuildId: z.string(),
  branch: z.string().nullable(),
  state: z.enum(['running', 'finished', 'cancelled']),
  card: paidCard,
  billed: z.object({ amount: z.literal(runPrice.amount), currency: z.literal(runPrice.currency) }),
})

export function showProject({ id, created, data }: Resource<Project>): z.infer<typeof ShownProject> {
  return { projectId: id, created, ...data }
}

export function showRun({ id, created, data }: Resource<Run>): z.infer<typeof ShownRun> {
  return { runId: id, created, ...data, billed: runPrice }
}
