import { type Page, referencePage } from '@culpa/cli/pages'
import type { Api } from 'culpa'
import type { ReferenceOptions } from 'culpa/reference'
import type { Environment } from './environment.ts'
import { recordedAnswers } from './recorded-answers.ts'
import type { System } from './system.ts'

/** What the reference of a system adds to its contract: commands to copy, and what the sandbox answered to them. */
export function referenceOptions({ name, triggers }: System, origin: string): ReferenceOptions {
  return { baseUrl: origin, triggers, answers: recordedAnswers(name, origin) }
}

/** The references of the systems and of the sandbox's own operations, where the links of their errors lead. */
export function referencePages({ origin, log }: Environment, systems: readonly System[], site: Api): readonly Page[] {
  const pages = systems.map((system) => referencePage(system.api, { ...referenceOptions(system, origin), log }))
  return [...pages, referencePage(site, { baseUrl: origin, log })].filter((page) => page !== undefined)
}
