import type { Addresses } from './links.ts'
import { flatText } from './page-markdown.ts'
import type { Reference } from './reference.ts'

/**
 * The reference for programs that read (https://llmstxt.org): what it is, and a link to the Markdown of each page.
 * @example
 * llmsText(reference, addresses(reference.docs, 'files', ''))
 */
export function llmsText(reference: Reference, links: Addresses): string {
  const { title, summary, name, codes } = reference
  const entries = codes
    .filter(({ senders }) => senders.who !== 'none')
    .map(({ code, status, message }) => `- [${code}](${links.code(code, 'markdown')}): ${status}. ${flatText(message)}`)
  return `# ${flatText(title)}

> ${flatText(summary === '' ? `Every way the API ${name} can fail.` : summary)}

Each error has a code, in its header Error-Code, and a page of that name below.

## Overview

- [All that is true of every error](${links.overview('markdown')}): statuses, bodies, types, headers, how to try again

## Codes

${entries.join('\n')}

## Optional

- [All pages in one](${links.shared('all-codes.md')})
- [All pages as JSON](${links.shared('all-codes.json')})
`
}
