import { testKeys } from '../../test-keys.ts'
import { type Surface, stepMaker, type TriggerPlan } from '../../trigger.ts'

const projects = '/currents/v1/projects'
const runs = '/currents/v1/runs'
const fields = { projectId: 'prj_1', ciBuildId: 'build-{{unique}}' }

export const currentsSurface: Surface = {
  name: 'currents',
  keys: testKeys('cu'),
  list: projects,
  item: (id) => `${projects}/${id}`,
  deleted: 'prj_deleted',
  create: { path: runs, fields, required: 'projectId', unique: 'ciBuildId' },
  charge: { path: runs, fields, instrument: 'paymentSource' },
  contentType: 'application/json',
  write: JSON.stringify,
  expiredKey: 'sandbox-expired-answer',
}

const { send, get } = stepMaker(currentsSurface)
const creating = (changes: object) => send('POST', runs, JSON.stringify({ ...fields, ...changes }))

/** Triggers of its own codes, and of the built-in ones that are different here. */
export const currentsTriggers: Readonly<Record<string, TriggerPlan>> = {
  parameter_missing: [{ steps: [get(`${runs}/search`)] }],
  resource_missing: [
    { cause: 'no such id', steps: [get(`${projects}/prj_nobody`)] },
    { cause: 'the project of another organisation', steps: [get(`${projects}/prj_of_another_org`)] },
    { cause: 'a run in a project that does not exist', steps: [creating({ projectId: 'prj_nobody' })] },
    { cause: 'no run of the build', steps: [get(`${runs}/search?ciBuildId=none-{{unique}}`)] },
  ],
  resource_changed: [
    { cause: 'the run was cancelled before', steps: [send('POST', `${runs}/run_cancelled/cancel`, null)] },
    { cause: 'the run has finished', steps: [send('POST', `${runs}/run_finished/cancel`, null)] },
  ],
  run_not_billed: ['chargeDeclined', 'chargeDeclinedInsufficientFunds', 'chargeDeclinedExpiredCard'].map((token) => ({
    cause: token,
    steps: [creating({ paymentSource: `tok_${token}` })],
  })),
}
