/** In names without case, `_`, `-` and brackets. */
const secretPart =
  /password|passwd|passphrase|passcode|secret|token|apikey|accesskey|privatekey|signingkey|encryptionkey|masterkey|sharedkey|subscriptionkey|functionskey|authorization|cookie|credential|assertion|mnemonic|seedphrase|cardnumber|accountnumber|securitycode|verificationcode|recoverycode|backupcode|mfacode|signature|sessionid|sessid/
/** One of the words of a name is enough. */
const secretWord = new Set([
  'pwd',
  'cvc',
  'cvv',
  'cvn',
  'csc',
  'cvc2',
  'cvv2',
  'ssn',
  'iban',
  'otp',
  'totp',
  'jwt',
  'dpop',
])
/** All that there is, but for an `x` before it. */
const secretWhole = new Set(['pass', 'pw', 'pan', 'sid', 'session', 'auth', 'authentication', 'bearer', 'key', 'sig'])
/** What is told about a secret is none: `token_type`, `password_changed_at`. */
const about = new Set(['count', 'type', 'at', 'length', 'limit', 'expiry', 'expires', 'required', 'policy'])

const maxKnown = 2000
const maxKnownLength = 64
/** The same names come again and again. */
const known = new Map<string, boolean>()

/** True for a field, parameter or header whose value is nobody's business: `api_key`, `card[cvc]`, `X-Auth-Token`. */
export function isSecretName(name: string): boolean {
  const found = known.get(name)
  if (found !== undefined) return found
  const isSecret = decide(name.normalize('NFKC'))
  if (known.size >= maxKnown) known.clear()
  if (name.length <= maxKnownLength) known.set(name, isSecret)
  return isSecret
}

function decide(name: string): boolean {
  const last = /(?:^|[[.])([^[\].]*)\]?(?:\[\])?$/.exec(name)?.[1] ?? name
  return isSecretField(last) || (last !== name && secretPart.test(plain(name)))
}

function isSecretField(field: string): boolean {
  const words = wordsOf(field)
  const end = words.at(-1) ?? ''
  if (words.length > 1 && about.has(end)) return false
  if (secretPart.test(plain(field)) || end === 'pin' || words.some((word) => secretWord.has(word))) return true
  const hasPrefix = words[0] === 'x'
  const own = (hasPrefix ? words.slice(1) : words).join('')
  // A bare `key` is the name of a setting as often as not.
  return secretWhole.has(own) && (hasPrefix || own !== 'key')
}

/** `cardCvc`, `card_cvc` and `Card-CVC` are of the same words. */
function wordsOf(field: string): string[] {
  return field
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Keys that open nothing. */
const openKeys = new Set(['idempotency-key', 'sec-websocket-key', 'surrogate-key', 'cache-key', 'x-cache-key'])

/** {@link isSecretName} for a header, lower case: there, a key is a credential unless it is known not to be. */
export function isSecretHeader(name: string): boolean {
  return isSecretName(name) || (/[-_]key$/.test(name) && !openKeys.has(name))
}

const naming = new Set([
  'name',
  'key',
  'field',
  'id',
  'label',
  'param',
  'parameter',
  'header',
  'property',
  'type',
  'path',
])
const valued = new Set(['value', 'values', 'val', 'v', 'content', 'data', 'text'])

/** Whether a field may hold the name of what stands beside it: `name` in `{"name": "password", "value": "…"}`. */
export function isNaming(field: string): boolean {
  return naming.has(field.toLowerCase())
}

/** Whether a field may hold the value of what a field beside it names. */
export function isValued(field: string): boolean {
  return valued.has(field.toLowerCase())
}

/** A name as it stands in a text, such as the path of JSON Patch (`/card/cvc`, RFC 6902). */
export function isNamedSecret(text: unknown): boolean {
  return typeof text === 'string' && text.length <= 200 && isSecretName(text.slice(text.lastIndexOf('/') + 1))
}
