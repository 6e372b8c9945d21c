import { type Page, referencePage } from '@culpa/cli/pages'
import type { Api } from 'culpa'
import type { ReferenceOptions } from 'culpa/reference'
import type { Environment } from './environment.ts'
import { recordedAnswers } from './recorded-answers.ts'
import { siteTriggers } from './site-triggers.ts'
import type { System } from './system.ts'

/** An API of the sandbox with how to provoke its codes. */
type Documented = Pick<System, 'api' | 'triggers'>

/** What the reference of an API adds to its contract: commands to copy, and what the sandbox answered to them. */
export function referenceOptions({ api, triggers }: Documented, origin: string): ReferenceOptions {
  return { baseUrl: origin, triggers, answers: recordedAnswers(api.contract.name, origin) }
}

/** The references of the systems and of the sandbox's own operations, where the links of their errors lead. */
export function referencePages({ origin, log }: Environment, systems: readonly System[], site: Api): readonly Page[] {
  const all: readonly Documented[] = [...systems, { api: site, triggers: siteTriggers }]
  return all.flatMap((one) => referencePage(one.api, { ...referenceOptions(one, origin), log }) ?? [])
}
