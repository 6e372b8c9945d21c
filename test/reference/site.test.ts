import { posix } from 'node:path'
import { createReference, type LinkStyle, referenceSite, type SiteFile } from 'culpa/reference'
import { HtmlValidate } from 'html-validate'
import { describe, expect, test } from 'vitest'
import { documentedApis, origin } from '../support/documented-apis.ts'
import { textOf } from '../support/html-tables.ts'

const references = documentedApis.map(([, { name, api, triggers }]) => {
  return [name, createReference(api, { baseUrl: origin, triggers })] as const
})
const [, sample] = references[0] as (typeof references)[number]
const isHtml = ({ mediaType }: SiteFile) => mediaType.startsWith('text/html')

/** Every address that a file writes, resolved as a browser does; those within the page itself left out. */
function linksOf(path: string, text: string, isMarkdown: boolean): string[] {
  const pattern = isMarkdown ? /\]\(([^)\s]*)\)/g : /\b(?:href|src)="([^"]*)"/g
  return [...text.matchAll(pattern)]
    .map(([, link = '']) => link.replaceAll('&amp;', '&'))
    .filter((link) => !link.startsWith('#'))
    .map((link) => new URL(link, `http://host/${path}`).href.replace('http://host/', ''))
}

describe.each<LinkStyle>(['files', 'server'])('with links for %s', (links) => {
  test.each(references)('every link of %s leads to a file of the site', (_name, reference) => {
    const files = referenceSite(reference, { links })
    const paths = new Set(files.map(({ path }) => path))
    expect(paths.size).toBe(files.length)
    const broken = files.flatMap(({ path, text, mediaType }) => {
      const isMarkdown = /markdown|plain/.test(mediaType) && !path.endsWith('all-codes.md')
      return isMarkdown || mediaType.startsWith('text/html')
        ? linksOf(path, text, isMarkdown)
            .filter((target) => !paths.has(target))
            .map((target) => `${path} → ${target}`)
        : []
    })
    expect(broken).toEqual([])
  })

  test('every page can be reached from the overview', () => {
    const files = referenceSite(sample, { links })
    const byPath = new Map(files.map((file) => [file.path, file]))
    const seen = new Set<string>()
    const open = [links === 'files' ? 'index.html' : 'errors']
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue
      seen.add(path)
      const file = byPath.get(path) as SiteFile
      if (isHtml(file)) open.push(...linksOf(path, file.text, false))
    }
    const apart = files.map(({ path }) => path).filter((path) => !seen.has(path))
    expect(apart.map((path) => posix.basename(path))).toEqual(['llms.txt'])
  })
})

test('on a server the addresses of the pages are those that answers link to', () => {
  const paths = referenceSite(sample, { links: 'server' }).map(({ path }) => `${origin}/stripe/${path}`)
  expect(paths).toContain(sample.docs)
  for (const { url } of sample.codes) for (const form of ['', '.md', '.json']) expect(paths).toContain(url + form)
})

test('a reference at the root of a host has its overview there', () => {
  const files = referenceSite({ ...sample, docs: 'https://errors.example.com' }, { links: 'server' })
  const paths = files.map(({ path }) => path)
  expect(paths.slice(0, 3)).toEqual(['', 'index.md', 'index.json'])
  expect(files.find(({ path }) => path === 'card_declined')?.text).toContain('<a href="./">')
})

test.each(references)('the HTML of %s is valid and accessible as far as a validator sees', async (_name, reference) => {
  const validator = new HtmlValidate({
    extends: ['html-validate:standard', 'html-validate:a11y'],
  })
  const pages = referenceSite(reference).filter(isHtml)
  const problems: string[] = []
  for (const { path, text } of pages) {
    const { results } = await validator.validateString(text)
    for (const { messages } of results) {
      problems.push(...messages.map(({ ruleId, message, line }) => `${path}:${line} ${ruleId}: ${message}`))
    }
  }
  expect(problems).toEqual([])
})

test('pages hold nothing that a strict policy forbids, and nothing of another host', () => {
  for (const { path, text } of referenceSite(sample).filter(isHtml)) {
    expect(text, path).not.toMatch(
      /<style|\sstyle=|\son\w+=|<script(?! src="reference\.js" defer><\/script>)|(?:href|src)="https?:/,
    )
  }
})

test('headings go down one level at a time, one h1 a page', () => {
  for (const { path, text } of referenceSite(sample).filter(isHtml)) {
    const levels = [...text.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level))
    expect(levels[0], path).toBe(1)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? level)).toBeLessThan(2)
  }
})

test('the three forms of a page say the same', () => {
  const files = new Map(referenceSite(sample).map(({ path, text }) => [path, text]))
  for (const entry of sample.codes) {
    const json = JSON.parse(files.get(`${entry.code}.json`) ?? '')
    expect(json).toEqual(JSON.parse(JSON.stringify(entry)))
    const html = textOf(files.get(`${entry.code}.html`) ?? '')
    const markdown = (files.get(`${entry.code}.md`) ?? '').replace(/\\([\\`*<>[\]|~_&])/g, '$1')
    for (const text of [
      entry.message,
      ...entry.causes,
      entry.fix,
      entry.client,
      ...entry.provoke.map(({ curl }) => curl),
    ]) {
      expect(html).toContain(text)
      expect(markdown).toContain(text)
    }
  }
})

test('the catalogue is the whole reference, and the one Markdown file has every page', () => {
  const files = new Map(referenceSite(sample).map(({ path, text }) => [path, text]))
  expect(JSON.parse(files.get('all-codes.json') ?? '')).toEqual(JSON.parse(JSON.stringify(sample)))
  const whole = files.get('all-codes.md') ?? ''
  for (const { code } of sample.codes) expect(whole).toContain(`\n### \`${code}\`\n`)
  const anchors = new Set(sample.codes.map(({ code }) => code))
  for (const [, target = ''] of whole.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(target)
})

test('llms.txt is of the form that llmstxt.org asks for', () => {
  const text = referenceSite(sample).find(({ path }) => path === 'llms.txt')?.text ?? ''
  expect(text).toMatch(/^# [^\n]+\n\n> [^\n]+\n\n/)
  const sections = text.split(/^## /m).slice(1)
  expect(sections.map((section) => section.split('\n')[0])).toEqual(['Overview', 'Codes', 'Optional'])
  for (const section of sections) {
    for (const line of section.trim().split('\n').slice(2)) expect(line).toMatch(/^- \[[^\]]+\]\([^)]+\)(: .+)?$/)
  }
})
