// Runs in a process of its own: the linter's modules load as CommonJS, which a test's loader does not do.
import { readFileSync } from 'node:fs'
import spectral, { type RulesetDefinition } from '@stoplight/spectral-core'
import owasp from '@stoplight/spectral-owasp-ruleset'

const linter = new spectral.Spectral()
// A module of CommonJS, whose types say otherwise.
linter.setRuleset(owasp as unknown as RulesetDefinition)

const results = process.argv.slice(2).map(async (file) => {
  const found = await linter.run(JSON.parse(readFileSync(file, 'utf8')))
  return found.map(({ code, path }) => ({ rule: String(code), place: path.join('.') }))
})
console.log(JSON.stringify(await Promise.all(results)))
