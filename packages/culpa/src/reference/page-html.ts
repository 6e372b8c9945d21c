import { type Block, type Inline, lineBreak, type Page, type Sentence, type Table } from './blocks.ts'
import { type Html, html } from './html.ts'
import { type Addresses, addresses, type Form, type LinkStyle, ownAddress } from './links.ts'
import type { Reference } from './reference.ts'

/**
 * A page as HTML: readable without script, style and fonts of others; every link relative to itself.
 * @example
 * pageHtml(reference, codePage(reference, entry), 'files')
 */
export function pageHtml(reference: Reference, page: Page, style: LinkStyle): string {
  const links = addresses(reference.docs, style, page.code)
  const own = (form: Form) => ownAddress(links, page.code, form)
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<meta name="description" content="${page.description}">
<link rel="stylesheet" href="${links.shared('reference.css')}">
<link rel="alternate" type="text/markdown" href="${own('markdown')}">
<link rel="alternate" type="application/json" href="${own('json')}">
${isSearchable(page) ? html`<script src="${links.shared('reference.js')}" defer></script>\n` : ''}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${page.code === undefined ? contents(page) : wayBack(reference, links)}
<main id="content">
<h1>${inline(page.heading, links)}</h1>
${page.blocks.map((block) => html`${blockHtml(block, links)}\n`)}</main>
<footer>
<p>This page as <a href="${own('markdown')}">Markdown</a> or <a href="${own('json')}">JSON</a>; all codes as <a href="${links.shared('all-codes.md')}">Markdown</a> or <a href="${links.shared('all-codes.json')}">JSON</a>.</p>
</footer>
</body>
</html>
`
  return document.toString()
}

function isSearchable({ blocks }: Page): boolean {
  return blocks.some((block) => block.kind === 'table' && block.searchable === true)
}

function wayBack({ title }: Reference, links: Addresses): Html {
  return html`<nav aria-label="Reference"><a href="${links.overview('html')}">${title}</a></nav>`
}

function contents({ blocks }: Page): Html {
  const items = blocks.map((block) =>
    block.kind === 'heading' ? html`<li><a href="#${block.id}">${block.text}</a></li>` : undefined,
  )
  return html`<nav aria-label="On this page"><ul>${items}</ul></nav>`
}

function blockHtml(block: Block, links: Addresses): Html {
  switch (block.kind) {
    case 'heading':
      return html`<h2 id="${block.id}">${block.text}</h2>`
    case 'paragraph':
      return html`<p>${sentence(block.text, links)}</p>`
    case 'list': {
      const items = block.items.map((item) => html`<li>${sentence(item, links)}</li>`)
      return block.ordered === true ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`
    }
    case 'facts': {
      const items = block.items.map(([term, text]) => html`<dt>${term}</dt><dd>${sentence(text, links)}</dd>`)
      return html`<dl>${items}</dl>`
    }
    case 'code':
      return html`<figure><figcaption>${block.label}</figcaption><pre tabindex="0"><code class="language-${block.language}">${block.text}</code></pre></figure>`
    case 'table':
      return tableHtml(block, links)
  }
}

/** The frame scrolls where a screen is narrower than the table; a keyboard reaches it. */
function tableHtml({ caption, columns, rows, searchable }: Table, links: Addresses): Html {
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`)
  const lines = rows.map(([first = [], ...rest]) => {
    const cells = rest.map((cell) => html`<td>${sentence(cell, links)}</td>`)
    return html`<tr><th scope="row">${sentence(first, links)}</th>${cells}</tr>\n`
  })
  return html`${searchable === true ? search : ''}<section class="frame" aria-label="${caption}" tabindex="0"><table${searchable === true ? html` id="table-of-codes"` : ''}>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody>
</table></section>`
}

/** Shown by the script that makes it work. */
const search = html`<search class="search" hidden><label for="search">Find a code</label><input id="search" name="q" type="search" autocomplete="off"><output for="search"></output></search>
`

function sentence(text: Sentence, links: Addresses): Html[] {
  return text.map((part) => inline(part, links))
}

function inline(part: Inline, links: Addresses): Html {
  if (part === lineBreak) return html`<br>`
  if (typeof part === 'string') return html`${part}`
  const name = html`<code>${part.code}</code>`
  return part.page === undefined ? name : html`<a href="${links.code(part.page, 'html')}">${name}</a>`
}
