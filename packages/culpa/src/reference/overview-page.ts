import {
  type Block,
  codeList,
  facts,
  heading,
  lines,
  list,
  named,
  type Page,
  paragraph,
  type Sentence,
  table,
} from './blocks.ts'
import { exampleBlocks } from './example-blocks.ts'
import type { CodeEntry, Reference } from './reference.ts'

/** The first page: everything that is true of all codes, and the way to each of them. */
export function overviewPage(reference: Reference): Page {
  const { summary, title, name } = reference
  const isSummed = summary !== ''
  return {
    title,
    heading: title,
    description: isSummed ? summary : `Every way ${name} can fail.`,
    blocks: [
      ...(isSummed ? [paragraph(summary)] : []),
      ...statuses(reference),
      ...codes(reference),
      ...body(reference),
      ...types(reference),
      ...folds(reference),
      ...headers(reference),
      ...retrying(reference),
      ...messages(reference),
      ...operations(reference),
    ],
  }
}

function statuses({ classes, statuses: entries }: Reference): Block[] {
  const rows = entries.map(({ status, name, meaning, causes, fix = '' }) => {
    return [[`${status} ${name}`], [meaning], lines(causes), [fix]]
  })
  return [
    heading('statuses', 'Statuses'),
    facts(classes.map(({ statuses: digits, meaning }) => [digits, [meaning]])),
    table('Every status this API answers with', ['Status', 'What it means', 'Common causes', 'What to do'], rows),
  ]
}

const tries = { never: 'no', after_delay: 'after Retry-After', backoff: 'with backoff' } as const

function codes({ codes: entries }: Reference): Block[] {
  const rows = entries.filter(isUsed).map(({ code, status, type, message, retry }) => {
    return [[{ code, page: code }], [String(status)], named(type), [message], [tries[retry.advice]]]
  })
  const unused = entries.filter((entry) => !isUsed(entry)).map(({ code }) => code)
  const columns = ['Code', 'Status', 'Type', 'What happened', 'Try again?']
  return [
    heading('codes', 'Codes'),
    { ...table('Every code, with the way to its page', columns, rows), searchable: true },
    ...(unused.length === 0
      ? []
      : [paragraph('In the contract, but no operation answers with them: ', ...codeList(unused), '.')]),
  ]
}

function isUsed({ senders }: CodeEntry): boolean {
  return senders.who !== 'none'
}

function body({ body: { members, tellsCode }, codes: entries }: Reference): Block[] {
  const rows = members.map(({ path, type, required, meaning }) => {
    return [named(path), [type], [required ? 'always' : 'sometimes'], [meaning]]
  })
  const sample = largest(entries.filter(isUsed))
  const header = { code: 'Error-Code' }
  return [
    heading('body', 'What an error looks like'),
    table('Members of a body', ['Member', 'Type', 'There', 'What it says'], rows),
    tellsCode
      ? paragraph('The header ', header, ' has the code too. Codes with details add members: their pages list them.')
      : paragraph('Which failure it is stands in the header ', header, ', so that no program has to read the text.'),
    ...(sample === undefined ? [] : exampleBlocks(`For example ${sample.code}`, sample.example)),
  ]
}

/** The one that shows the most of the envelope. */
function largest(entries: readonly CodeEntry[]): CodeEntry | undefined {
  const size = ({ example }: CodeEntry) => JSON.stringify(example.body).length
  return [...entries].sort((a, b) => size(b) - size(a))[0]
}

function types({ types: entries, body: { tellsType } }: Reference): Block[] {
  const rows = entries.map(({ type, meaning, codes: names }) => [named(type), [meaning], codeList(names)])
  return [
    heading('types', 'Types'),
    ...(tellsType ? [] : [paragraph('They group the codes here and in logs; bodies carry none.')]),
    table('Every type, the coarse class of a failure', ['Type', 'What it means', 'Codes'], rows),
  ]
}

function folds({ folds: entries }: Reference): Block[] {
  if (entries.length === 0) return []
  const rows = entries.map(({ from, to, why, codes: names }) => [[from], [to], [why], codeList(names)])
  return [
    heading('folds', 'What is sent instead'),
    paragraph(
      'This API has the statuses and types above and no others. A failure that HTTP has another status for goes out with one of these; its code stays the same.',
    ),
    table('Folded statuses and types', ['Instead of', 'It sends', 'Why', 'Codes'], rows),
  ]
}

function headers({ headers: entries }: Reference): Block[] {
  const rows = entries.map(({ name, meaning, when }) => [named(name), [meaning], whenSent(when)])
  return [
    heading('headers', 'Headers'),
    table('What a program can read besides the body', ['Header', 'What it says', 'Comes with'], rows),
  ]
}

function whenSent(when: string | readonly string[]): Sentence {
  return typeof when === 'string' ? [when] : codeList(when)
}

function retrying({ retry: { steps, advice } }: Reference): Block[] {
  const rows = advice.map(({ advice: name, meaning, codes: names }) => {
    return [named(name), [meaning], name === 'never' ? ['every other code'] : codeList(names)]
  })
  return [
    heading('retry', 'How to try again'),
    list(steps, true),
    paragraph('The client of ', { code: 'culpa/client' }, ' does all of this by itself.'),
    table('What the codes say about it', ['Advice', 'What it means', 'Codes'], rows),
  ]
}

function messages({ messages: { rules, shown } }: Reference): Block[] {
  return [
    heading('messages', 'What to show your users'),
    list(rules),
    shown.length === 0
      ? paragraph('No code of this API has a message that is meant for end users.')
      : paragraph('Messages that may be shown as they are: ', ...codeList(shown), '.'),
  ]
}

function operations({ operations: entries }: Reference): Block[] {
  if (entries.length === 0) return []
  const columns = ['Operation', 'What it does', 'Codes of its own']
  const rows = entries.map(({ operation, summary, own }) => [named(operation), [summary], codeList(own)])
  return [
    heading('operations', 'Operations'),
    table('What each declares itself; of other codes, their pages say who answers with them', columns, rows),
  ]
}
