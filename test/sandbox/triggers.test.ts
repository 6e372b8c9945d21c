import { openSandbox } from '../support/live-sandbox.ts'
import { triggerSuite } from './triggers.suite.ts'

triggerSuite(openSandbox)
