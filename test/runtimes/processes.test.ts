import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { programFor } from '../support/program.ts'
import { writeProgram } from './program.ts'
import { scenarioSuite } from './scenario.suite.ts'

const sight = { reasons: true, ungranted: true }

const file = writeProgram(`
import { runScenarios } from './scenarios.ts'
console.log(JSON.stringify(await runScenarios(JSON.parse(process.argv[2]))))
`)

const runtimes = [
  { name: 'Node 22.18', agent: /^Node\.js\/22/, program: programFor('Node 22.18', 'node-22') },
  { name: 'Node 24', agent: /^Node\.js\/24/, program: process.execPath },
  {
    name: 'Deno',
    agent: /^Deno\/2/,
    program: programFor('Deno', 'deno'),
    args: ['run', '--no-prompt', '--no-remote', '--allow-net', '--allow-read'],
    // It tells them in the text of an error alone.
    sight: { ...sight, reasons: false },
  },
  { name: 'Bun', agent: /^Bun\/1/, program: programFor('Bun', 'bun'), args: ['run', '--no-install'] },
]

for (const { program, args = [], ...runtime } of runtimes) {
  scenarioSuite({
    sight,
    ...runtime,
    isMissing: program === undefined,
    async run(server) {
      const { stdout } = await promisify(execFile)(program!, [...args, file, JSON.stringify(server)])
      return JSON.parse(stdout)
    },
  })
}
