import { bundle, writeProgram } from './program.ts'
import { scenarioSuite } from './scenario.suite.ts'
import { runWithWebGlobals } from './web-globals.ts'

const script = await bundle(writeProgram(`export { runScenarios } from './scenarios.ts'`), 'iife')

scenarioSuite({
  name: 'nothing but the globals of the web',
  agent: /^Node\.js\/24/,
  sight: { reasons: true, ungranted: true },
  isBare: true,
  run: ({ url, closedUrl }) => runWithWebGlobals(script).program.runScenarios({ url, closedUrl }),
})
