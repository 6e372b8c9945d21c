import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { setStackLimit } from './stack-limit.ts'

test('it is set, what was before is told, and nothing changes without a number', () => {
  const before = setStackLimit(3)
  try {
    expect(setStackLimit(undefined)).toBe(3)
    expect(new Error('x').stack?.split('\n')).toHaveLength(4)
  } finally {
    expect(setStackLimit(before)).toBe(3)
  }
})

test('where Error is frozen, errors are made and bodies are read all the same', () => {
  const source = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  const script = `
    const { refusal } = await import(${JSON.stringify(source('./api-error.ts'))})
    const { parseJsonBody } = await import(${JSON.stringify(source('../guards/json-body.ts'))})
    Object.freeze(Error)
    console.log(refusal('internal_error').code, parseJsonBody(Buffer.from('[1]'), 64)[0])`
  const told = execFileSync(process.execPath, ['--conditions=culpa-source', '--input-type=module', '-e', script])
  expect(String(told)).toBe('internal_error 1\n')
})
