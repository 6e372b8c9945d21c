import { redact } from './describe-cause.ts'

const secret = 'passwords?|passwd|passcode|token|secret|otp|jwt|session|api[-_]?key|access[-_]?key|magic[-_]?link'
/** What is done with a secret. */
const action =
  'reset|forgot|new|edit|change|update|confirm|verify|validate|check|refresh|revoke|rotate|introspect|exchange|create|delete|list|search|info|status|me|self|current|policy|strength|recover|recovery|request|use'
const segment = new RegExp(
  String.raw`(?<=/(?:[\w-]{0,32}[-_])?(?:${secret})/)(?!(?:${action})(?![^/?#\s"<>]))[^/?#\s"<>]+`,
  'gi',
)

/** Strikes out what stands in a path behind the name of a secret: `/reset-password/…`, and not `/password/reset`. */
export function redactSegments(text: string): string {
  return text.replace(segment, '[redacted]')
}

/** Shorter than any key of culpa's form, token or password that a path could hold with the path around it. */
const shortestSecretPath = 40
const suspicious = /pass|token|secret|otp|jwt|session|key|magic|[%;=@]/i

/** A path without credentials; most are too short to hold one, and name none. */
export function redactPath(path: string): string {
  if (path.length < shortestSecretPath && !suspicious.test(path)) return path
  const decoded = decodedPath(path)
  const clean = redactSegments(redact(decoded))
  return clean === decoded ? redact(path) : clean
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
