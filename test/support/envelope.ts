import { Ajv2020 } from 'ajv/dist/2020.js'
import { formats } from 'culpa/formats'
import type { DocumentedSystem, SystemName } from './documented.ts'

type Json = Readonly<Record<string, unknown>>

const ajv = new Ajv2020({ allErrors: true })
const schemas = new Map(Object.values(formats).map(({ name, schema }) => [name as string, ajv.compile(schema)]))

/** Members of the error object beside type, code and message; the last ones on a declined payment only. */
const optionalMembers: Readonly<Record<string, readonly string[]>> = {
  stripe: ['param'],
  convergegate: ['param'],
  capture: ['param'],
}
const requiredMembers: Readonly<Record<string, readonly string[]>> = {
  stripe: ['type', 'code', 'message', 'doc_url'],
  convergegate: ['type', 'code', 'message'],
  capture: ['type', 'code', 'message'],
}
const declineMembers: Readonly<Record<string, readonly string[]>> = {
  stripe: ['decline_code', 'charge'],
  convergegate: ['charge_id', 'decline_code'],
  capture: [],
}

/** What is wrong with the body of a failure: nothing, if it is exactly the envelope its system documents. */
export function envelopeProblems(system: DocumentedSystem, status: number, code: string, body: string): string[] {
  const parsed = parse(body)
  if (parsed === undefined) return [`not a JSON object: ${body.slice(0, 200)}`]
  const problems = schemaProblems(system.format, parsed)
  return problems.length > 0 ? problems : checks[system.name](system, status, code, parsed)
}

/** What a body breaks of the published schema of a format. */
export function schemaProblems(format: string, parsed: unknown): string[] {
  const validate = schemas.get(format)
  if (validate === undefined) return [`no format ${format}`]
  return validate(parsed) ? [] : [`breaks the schema of ${format}: ${ajv.errorsText(validate.errors)}`]
}

type Check = (system: DocumentedSystem, status: number, code: string, body: Json) => string[]

const checks: Readonly<Record<SystemName, Check>> = {
  stripe: oneErrorObject,
  convergegate: oneErrorObject,
  capture: oneErrorObject,
  'field-errors': (_system, status, _code, body) => [
    ...memberProblems('body', body, ['message'], status === 422 ? ['errors'] : []),
    ...textProblems('message', body.message),
  ],
  currents: (_system, _status, _code, body) => [
    ...memberProblems('body', body, ['status', 'error']),
    ...textProblems('error', body.error),
  ],
  'error-list': (system, _status, code, body) => {
    const entries = body.errors as readonly Json[]
    return [
      ...memberProblems('body', body, ['errors']),
      ...entries.flatMap((entry) => [
        ...memberProblems('entry', entry, ['type', 'message', 'code'], ['param']),
        ...typeProblems(system, entry.type),
        ...textProblems('message', entry.message),
      ]),
      ...(entries.some((entry) => entry.code === code) ? [] : [`no entry has the code ${code} of the header`]),
    ]
  },
}

function oneErrorObject(system: DocumentedSystem, status: number, code: string, body: Json): string[] {
  const error = body.error as Json
  const { [system.name]: required = [] } = requiredMembers
  const allowed = [
    ...(optionalMembers[system.name] ?? []),
    ...(status === 402 ? (declineMembers[system.name] ?? []) : []),
  ]
  return [
    ...memberProblems('body', body, ['error']),
    ...memberProblems('error', error, required, allowed),
    ...typeProblems(system, error.type),
    ...textProblems('message', error.message),
    ...(error.code === code ? [] : [`code ${String(error.code)} in the body, ${code} in the header`]),
  ]
}

function memberProblems(where: string, value: Json, required: readonly string[], optional: readonly string[] = []) {
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${where} lacks ${name}`)
  const known = [...required, ...optional]
  const added = Object.keys(value).filter((name) => !known.includes(name))
  return [...missing, ...added.map((name) => `${where} gained ${name}`)]
}

function typeProblems({ name, types }: DocumentedSystem, type: unknown): string[] {
  return types.includes(String(type)) ? [] : [`type ${String(type)} is none of ${name}`]
}

function textProblems(name: string, text: unknown): string[] {
  return typeof text === 'string' && text.trim() !== '' ? [] : [`${name} is empty`]
}

function parse(body: string): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Json) : undefined
  } catch {
    return undefined
  }
}
