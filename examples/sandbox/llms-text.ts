import type { System } from './system.ts'

/** The sandbox for programs that read (https://llmstxt.org): a link to the reference of each system. */
export function llmsText(systems: readonly System[]): string {
  const entries = systems.map(({ name, base, api: { contract } }) => {
    return `- [${name}](${contract.docs}/llms.txt): at ${base}. ${contract.profile?.summary ?? ''}`.trimEnd()
  })
  return `# culpa sandbox

> Six APIs that fail for real reasons, each with a reference of every code it can fail with.

Every error names its code in the header Error-Code, and the page of that code in the header Link. Each page ends in .md
or .json for its other forms.

## Systems

${entries.join('\n')}

## Optional

- [Keys, operations and how to provoke every code, as JSON](/sandbox.json)
`
}
