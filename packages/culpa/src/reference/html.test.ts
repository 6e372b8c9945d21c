import fc from 'fast-check'
import { expect, test } from 'vitest'
import { html } from './html.ts'

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
const read = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name] as string)

test('whatever is put into text or an attribute comes out as it was, and is no markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const [, attribute = '', content = ''] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(
        html`<p title="${text}">${text}</p>`.toString(),
      ) ?? ['', 'markup']
      expect([read(attribute), read(content)]).toEqual([text, text])
    }),
  )
})

test('templates within templates and lists of them stay markup; nothing is nothing', () => {
  const items = ['<a>', 2].map((item) => html`<li>${item}</li>`)
  expect(html`<ul>${items}${undefined}${[]}</ul>`.toString()).toBe('<ul><li>&lt;a&gt;</li><li>2</li></ul>')
})

test('an object that only looks like a template is no template', () => {
  const impostor = { toString: () => '<script>' }
  // JavaScript may pass anything.
  expect(() => html`<p>${impostor as unknown as string}</p>`.toString()).toThrow()
})
