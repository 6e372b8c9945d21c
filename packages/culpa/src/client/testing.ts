export { type FakeClock, fakeClock, type InstantClock, instantClock } from './fake-clock.ts'
export {
  assertSameKey,
  type RecordedRequest,
  type ScriptedFetch,
  type ScriptedStep,
  scriptedFetch,
} from './scripted-fetch.ts'
export { seededRandom } from './seeded-random.ts'
