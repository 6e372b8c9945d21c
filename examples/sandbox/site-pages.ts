import type { Contract, ResolvedError } from 'culpa'

/** Nothing on these pages is loaded from elsewhere or runs. */
export const pageHeaders = [
  ['content-type', 'text/html; charset=utf-8'],
  [
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
] as const

const style = `
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); }
section { margin-top: 3rem; } .scroll { overflow-x: auto; } dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0; }
`

/** The reference of one system: statuses, folds, codes. */
export function catalogPage(contract: Contract): string {
  return page(
    `${contract.name} errors`,
    `<p><a href="/">culpa sandbox</a></p><h1>${contract.name}: errors</h1><p>${escapeHtml(contract.profile?.summary ?? '')}</p>
${statusTable(contract)}${codeTable(contract)}`,
  )
}

/** The page of one code. */
export function codePage(contract: Contract, error: ResolvedError): string {
  const rows: [string, string][] = [
    ['Status', `${error.status} ${contract.statuses[error.status]?.name ?? ''}`],
    ['Type', error.type],
    ['What happened', error.message],
    ['Common causes', error.causes.join(' ')],
    ['What to do', error.fix ?? ''],
    ['What the operator does', error.operatorFix ?? ''],
    ['Retry', retryTexts[error.retry]],
    ['May be shown to users', error.showToUser === true ? 'Yes.' : 'No: show a text of your own.'],
    ['Folded', error.folds.map(({ from, to, why }) => `${from} → ${to}: ${why}`).join(' ')],
  ]
  const list = rows
    .filter(([, text]) => text !== '')
    .map(([term, text]) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`)
  return page(
    `${error.code} · ${contract.name}`,
    `<p><a href="${escapeHtml(contract.docs)}">${contract.name}: errors</a></p><h1><code>${escapeHtml(error.code)}</code></h1><dl>${list.join('')}</dl>`,
  )
}

const retryTexts = {
  never: 'No: the same request gets the same answer.',
  after_delay: 'Yes, after the seconds in Retry-After.',
  backoff: 'Yes, with exponential backoff; a request that changes something only with an idempotency key.',
} as const

function statusTable(contract: Contract): string {
  const rows = Object.entries(contract.statuses).map(([status, { name, meaning, causes = [], fix = '' }]) => {
    return `<tr><th scope="row">${status} ${escapeHtml(name)}</th><td>${escapeHtml(meaning)}</td><td>${escapeHtml(causes.join(' '))}</td><td>${escapeHtml(fix)}</td></tr>`
  })
  return `<h3>Statuses</h3><div class="scroll" tabindex="0"><table><thead><tr><th>Status</th><th>Meaning</th><th>Common causes</th><th>What to do</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function codeTable(contract: Contract): string {
  const rows = [...contract.codes.values()].map(({ code, status, type, message, docUrl }) => {
    return `<tr><th scope="row"><a href="${escapeHtml(docUrl)}"><code>${escapeHtml(code)}</code></a></th><td>${status}</td><td>${escapeHtml(type)}</td><td>${escapeHtml(message)}</td></tr>`
  })
  return `<h3>Codes</h3><div class="scroll" tabindex="0"><table><thead><tr><th>Code</th><th>Status</th><th>Type</th><th>Message</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main>${body}</main></body></html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] as string)
}
