import { timingSafeEqual } from 'node:crypto'
import { type ApiError, refusal, returnedRefusal } from '../contract/api-error.ts'
import type { BuiltinCode } from '../contract/builtins.ts'
import { checkKeys } from '../contract/check-keys.ts'
import { ContractError, kindOf } from '../contract/contract-error.ts'
import { bearerChallenge } from '../server/challenge.ts'
import type { Exchange } from '../server/exchange.ts'
import { type CompiledGuard, type Guard, type Step, shared } from '../server/guard.ts'
import { after, isPending } from '../server/maybe-promise.ts'
import type { ApiRequest } from '../server/request.ts'
import type { Caller, KeyStore, MaybePromise, StoredKey, StoredSecret } from '../server/stores.ts'
import { type AcceptedKey, acceptedKeys } from './accepted-keys.ts'
import { type KeyParts, parseKey } from './key-format.ts'
import { latest, type Peppers } from './key-issuer.ts'
import { checkPeppers } from './pepper-check.ts'
import { holdsKey } from './query-keys.ts'
import { secretHash } from './secret-hash.ts'
import { withTimeLimit } from './with-time-limit.ts'

export interface ApiKeyOptions {
  readonly peppers: Peppers
  /** Such as `sk`: a key with another prefix is refused without a look-up. Default: any. */
  readonly prefix?: string
  /** How long the store may take to find a key before the answer is 503, in milliseconds. Default 2000. */
  readonly lookUpTimeoutMs?: number
  /** How long a use may go unnoted, in milliseconds. Default 60 000. */
  readonly touchEveryMs?: number
  /** Milliseconds since the epoch; for tests. Default `Date.now`. */
  readonly now?: () => number
}

/** As many as a secret has. */
const comparedCharacters = 32

type Refuse = (code: BuiltinCode) => ApiError

/** The refusal of a key, if it is refused: returned, as that of a malformed one, since a throw takes longer. */
type Outcome = ApiError | undefined

/** A key as it was sent, and its parts. */
interface ShownKey extends KeyParts {
  readonly text: string
}

function challenged(challenge: string): Refuse {
  const headers = Object.freeze([Object.freeze(['www-authenticate', challenge] as const)])
  return (code) => returnedRefusal(code, { headers })
}

const codes: readonly BuiltinCode[] = [
  'api_key_missing',
  'api_key_invalid',
  'api_key_revoked',
  'api_key_expired',
  'credentials_ambiguous',
  'organization_suspended',
  'service_unavailable',
]

/**
 * Tells who calls by an API key, sent as `Authorization: Bearer`, as Basic with the key as user name, or as
 * `X-Api-Key` (RFC 6750, RFC 7617). A store that cannot be asked answers 503, never 401.
 * @throws {ContractError} for options that do not exist, and no store; TypeError for peppers that are missing or too short
 * @example
 * createApi({ contract, operations, guards: { keys: apiKeys(store, { peppers: { 1: process.env.PEPPER ?? '' } }) } })
 */
export function apiKeys(store: KeyStore, options: ApiKeyOptions): Guard {
  checkKeys('apiKeys: options', options, ['peppers', 'prefix', 'lookUpTimeoutMs', 'touchEveryMs', 'now'])
  if (typeof store?.find !== 'function') {
    throw new ContractError('apiKeys: store', `no store of keys, ${kindOf(store)}`, 'such as sqliteKeys(database)')
  }
  const { peppers, prefix, lookUpTimeoutMs = 2_000, touchEveryMs = 60_000, now = Date.now } = options
  const version = latest(peppers)
  const touched = new Map<string, number>()
  const accepted = acceptedKeys(10_000)
  const hashes = new Map(Object.entries(peppers).map(([number, pepper]) => [Number(number), secretHash(pepper)]))
  const lostPepper = secretHash('')
  const expected = Buffer.alloc(hashDigits)
  const given = Buffer.alloc(hashDigits)
  const nobody = secretHash(peppers[version] as string)('nobody')
  const nobodys: StoredSecret = { pepperVersion: version, hash: nobody }
  const stranger: StoredKey = { keyId: '', tenant: '', environment: '', scopes: [], secrets: [nobodys] }

  const compiled = shared((realm: string): CompiledGuard => ({ step: stepFor(realm) }))

  function stepFor(realm: string): Step {
    const missing = challenged(bearerChallenge(realm))
    const invalid: Refuse = challenged(bearerChallenge(realm, 'error="invalid_token"'))
    return (exchange) => {
      const text = credentialOf(exchange)
      if (text === undefined) return missing('api_key_missing')
      const known = accepted.find(text)
      if (known !== undefined) {
        const found = find(known.keyId)
        if (isPending(found)) return found.then((later) => proveAgain(exchange, text, known, later, invalid))
        return proveAgain(exchange, text, known, found, invalid)
      }
      const parts = parseKey(text)
      if (parts === undefined || (prefix !== undefined && parts.prefix !== prefix)) {
        compareInVain(text)
        return invalid('api_key_invalid')
      }
      return after(find(parts.keyId), (found) => prove(exchange, { text, ...parts }, found, invalid))
    }
  }

  function find(keyId: string): MaybePromise<StoredKey | undefined> {
    let found: MaybePromise<StoredKey | undefined>
    try {
      found = store.find(keyId)
    } catch (cause) {
      throw refusal('service_unavailable', { cause })
    }
    if (!isPending(found)) return found
    return withTimeLimit(Promise.resolve(found), lookUpTimeoutMs).catch((cause) => {
      throw refusal('service_unavailable', { cause })
    })
  }

  /** Admits a key that was accepted before, if it is still what it was. */
  function proveAgain(
    exchange: Exchange,
    text: string,
    known: AcceptedKey,
    found: StoredKey | undefined,
    refuse: Refuse,
  ): Outcome {
    if (found !== undefined && isStill(found, known, now())) return admit(exchange, found, refuse)
    return prove(exchange, { text, ...(parseKey(text) as KeyParts) }, found, refuse)
  }

  /** Admits a key when the secret that was shown is one of its own. */
  function prove(exchange: Exchange, shown: ShownKey, found: StoredKey | undefined, refuse: Refuse): Outcome {
    const { text, keyId, environment, secret } = shown
    const match = matches(found ?? stranger, secret, now())
    const isProven = match !== undefined && found?.environment === environment
    if (!isProven) return refuse('api_key_invalid')
    accepted.add(text, { keyId, environment, secret: match })
    return admit(exchange, found, refuse)
  }

  function admit(exchange: Exchange, stored: StoredKey, refuse: Refuse): Outcome {
    const at = now()
    const { keyId, tenant, environment, scopes, plan } = stored
    const caller: Caller = { keyId, tenant, environment, scopes }
    // Before the key may be refused: the log tells whose it was.
    exchange.caller = plan === undefined ? caller : { ...caller, plan }
    if (stored.revokedAt !== undefined) return refuse('api_key_revoked')
    if (stored.expiresAt !== undefined && stored.expiresAt <= at) return refuse('api_key_expired')
    if (stored.suspended === true) return returnedRefusal('organization_suspended')
    noteUse(keyId, at)
    exchange.keyDecided()
    return undefined
  }

  /** Every secret is compared, and a refusal always costs as much as one for a key in rotation: time tells nothing. */
  function matches({ secrets }: StoredKey, secret: string, at: number): StoredSecret | undefined {
    let match: StoredSecret | undefined
    for (const one of secrets) if (isSecret(one, secret, at)) match = one
    for (let count = secrets.length; match === undefined && count < 2; count++) isSecret(nobodys, secret, at)
    return match
  }

  /** What is no key of ours costs what one costs that nobody has, but for the look-up. */
  function compareInVain(text: string): void {
    matches(stranger, text.slice(0, comparedCharacters), now())
  }

  function isSecret({ pepperVersion, hash, expiresAt }: StoredSecret, secret: string, at: number): boolean {
    const known = hashes.get(pepperVersion)
    expected.write(hash, 'latin1')
    given.write((known ?? lostPepper)(secret), 'latin1')
    const isEqual = timingSafeEqual(expected, given) && hash.length === hashDigits
    return isEqual && known !== undefined && (expiresAt === undefined || expiresAt > at)
  }

  function noteUse(keyId: string, at: number): void {
    if (at - (touched.get(keyId) ?? -Infinity) < touchEveryMs) return
    touched.set(keyId, at)
    if (touched.size > 10_000) touched.delete(touched.keys().next().value as string)
    // Nobody waits for it, and a request does not fail because its use could not be noted.
    try {
      const pending = store.touch(keyId, at)
      if (isPending(pending)) Promise.resolve(pending).catch(() => undefined)
    } catch {}
  }

  return {
    name: 'keys',
    stage: 'key',
    codes: () => codes,
    async ready() {
      const checked = checkPeppers(store, peppers)
      await withTimeLimit(checked, lookUpTimeoutMs).catch((cause) => {
        if (cause instanceof ContractError) throw cause
      })
    },
    compile: ({ open }, contract) => (open ? undefined : compiled(contract.name)),
  }
}

/** True while the key still has the secret that was shown when it was accepted. */
function isStill({ environment, secrets }: StoredKey, known: AcceptedKey, at: number): boolean {
  if (environment !== known.environment) return false
  const { pepperVersion, hash } = known.secret
  for (const one of secrets) {
    if (one.hash === hash && one.pepperVersion === pepperVersion && (one.expiresAt ?? Infinity) > at) return true
  }
  return false
}

/** Of HMAC-SHA-256, in hexadecimal. */
const hashDigits = 64

/** @throws {ApiError} `credentials_ambiguous` for two different credentials, or one in the query */
function credentialOf({ request, search }: Exchange): string | undefined {
  if (search !== '' && holdsKey(search)) {
    throw refusal('credentials_ambiguous', { message: 'An API key in the query string is not accepted.' })
  }
  const authorization = request.header('authorization')
  const header = request.header('x-api-key')
  // Several of one name come as one text with commas.
  if (isRepeated(request, 'authorization', authorization) || isRepeated(request, 'x-api-key', header)) {
    throw refusal('credentials_ambiguous')
  }
  const bearer = authorization === undefined ? undefined : fromAuthorization(authorization)
  const named = header === undefined || header.trim() === '' ? undefined : header.trim()
  if (bearer !== undefined && named !== undefined && bearer !== named) throw refusal('credentials_ambiguous')
  return bearer ?? named
}

function isRepeated(request: ApiRequest, name: string, value: string | undefined): boolean {
  return value?.includes(',') === true && request.headerCount(name) > 1
}

/** A text that is no key. */
const malformed = ''

/** As nearly everybody writes it. */
const plainBearer = 'Bearer '

/**
 * A scheme that is neither Bearer nor Basic counts as a malformed key, so that the caller sees 401 and the scheme wanted.
 * A password of Basic is ignored, unless it is another key.
 * @throws {ApiError} `credentials_ambiguous`
 */
function fromAuthorization(value: string): string | undefined {
  if (value.startsWith(plainBearer) && isVisible(value, plainBearer.length) && isVisible(value, value.length - 1)) {
    return value.slice(plainBearer.length)
  }
  const [, scheme = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(value.trim()) ?? []
  if (scheme === '') return undefined
  if (/^bearer$/i.test(scheme)) return rest === '' ? undefined : rest
  if (!/^basic$/i.test(scheme)) return malformed
  const decoded = Buffer.from(rest, 'base64').toString('latin1')
  if (decoded === '' && rest !== '') return malformed
  const mark = decoded.indexOf(':')
  const user = mark === -1 ? decoded : decoded.slice(0, mark)
  const password = mark === -1 ? '' : decoded.slice(mark + 1)
  if (password !== user && parseKey(password) !== undefined && user !== '') throw refusal('credentials_ambiguous')
  return user === '' ? undefined : user
}

/** True for a character that no blank is, in whatever character set. */
function isVisible(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return code > 32 && code < 127
}
