import {
  type Block,
  codeBlock,
  facts,
  heading,
  list,
  named,
  type Page,
  paragraph,
  type Sentence,
  table,
} from './blocks.ts'
import { exampleBlocks } from './example-blocks.ts'
import type { CodeEntry, DetailsEntry, Reference, Senders } from './reference.ts'

/** The page of a code. */
export function codePage(reference: Reference, entry: CodeEntry): Page {
  const { code, message, deprecated } = entry
  return {
    code,
    title: `${code} · ${reference.title}`,
    heading: { code },
    description: message,
    blocks: [
      paragraph(message),
      ...(deprecated === undefined ? [] : [paragraph(`Deprecated: ${deprecated}`)]),
      facts(factsOf(reference, entry)),
      ...causesOf(entry),
      ...remedies(entry),
      ...headersOf(entry),
      ...detailsOf(entry),
      heading('example', 'Example'),
      ...exampleBlocks('The answer', entry.example),
      ...provoking(reference, entry),
      heading('catch', 'Catch it'),
      codeBlock('ts', 'With culpa/client', entry.client),
      ...sending(entry),
    ],
  }
}

function factsOf({ body }: Reference, entry: CodeEntry): readonly (readonly [string, Sentence])[] {
  const type = { code: entry.type }
  const untyped = ' (in documents and logs: bodies carry no type)'
  return [
    ['Status', [`${entry.status} ${entry.statusName}`]],
    ['Type', body.tellsType ? [type] : [type, untyped]],
    ...entry.folds.map(({ from, to, why }) => [`Instead of ${from}`, [{ code: to }, `: ${why}`]] as const),
    ['Try again?', [entry.retry.meaning]],
    ['Show the message to users?', [shown(entry)]],
    ['Address of this page', named(entry.url)],
    ...(entry.since === undefined ? [] : [['Since', [entry.since]] as const]),
  ]
}

function shown({ showToUser }: CodeEntry): string {
  return showToUser
    ? 'Yes: it is written for end users and may be shown as it is.'
    : 'No: it is written for developers. Show a text of your own.'
}

function causesOf({ causes }: CodeEntry): Block[] {
  return causes.length === 0 ? [] : [heading('causes', 'Common causes'), list(causes)]
}

function remedies({ fix, operatorFix }: CodeEntry): Block[] {
  const caller = fix === '' ? [] : [['If you call the API', [fix]] as const]
  return [heading('what-to-do', 'What to do'), facts([...caller, ['If you run the API', [operatorFix]]])]
}

function headersOf({ headers, example }: CodeEntry): Block[] {
  if (headers.length === 0) return []
  const rows = headers.map(({ name, meaning }) => {
    const value = example.headers.find(([sent]) => sent === name.toLowerCase())?.[1]
    return [named(name), [meaning], value === undefined ? [] : named(value)]
  })
  return [
    heading('headers', 'Headers'),
    table('Besides those of every error', ['Header', 'What it says', 'For example'], rows),
  ]
}

function detailsOf({ details }: CodeEntry): Block[] {
  if (details === undefined) return []
  const { example } = details
  return [
    heading('details', 'Details'),
    details.fields.length === 0 ? paragraph('It has details; their schema does not say which.') : fieldTable(details),
    ...(example === undefined ? [] : [codeBlock('json', 'For example', JSON.stringify(example, null, 2))]),
  ]
}

function fieldTable({ fields }: DetailsEntry): Block {
  const isExplained = fields.some(({ meaning }) => meaning !== '')
  const columns = ['Field', 'Type', 'There', ...(isExplained ? ['What it says'] : [])]
  const rows = fields.map(({ name, type, required, meaning }) => {
    const there = required === undefined ? '' : required ? 'always' : 'sometimes'
    return [named(name), [type], [there], ...(isExplained ? [[meaning]] : [])]
  })
  return table('What a program can read besides', columns, rows)
}

function provoking({ baseUrl }: Reference, { provoke, unprovokable }: CodeEntry): Block[] {
  if (provoke.length === 0 && unprovokable === undefined) return []
  return [
    heading('provoke', 'Provoke it'),
    ...(unprovokable === undefined ? [] : [paragraph('No request to ', { code: baseUrl }, ` can. ${unprovokable}`)]),
    ...provoke.map(({ cause, curl }) => codeBlock('sh', upperFirst(cause ?? 'in a shell'), curl)),
  ]
}

const wholes: Readonly<Record<Exclude<Senders['who'], 'some' | 'unknown'>, string>> = {
  anywhere: 'Any request, whether it reaches an operation or not.',
  every: 'Every operation.',
  none: 'No operation of this API. It is part of the contract, so a later version may.',
}

function sending({ senders: { who, operations } }: CodeEntry): Block[] {
  if (who === 'unknown') return []
  const answer: Block = who === 'some' ? { kind: 'list', items: operations.map(named) } : paragraph(wholes[who])
  return [heading('operations', 'Who answers with it'), answer]
}

/** A name of one word stays as it is. */
function upperFirst(text: string): string {
  return text.includes(' ') ? text.slice(0, 1).toUpperCase() + text.slice(1) : text
}
