import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ended, firstLine, programFolder } from '../support/culpa-program.ts'

const { culpa, path: folder, start, write } = programFolder()
const pepper = { CULPA_PEPPER: 'the pepper of the tests' }
write(
  'api.ts',
  `import { DatabaseSync } from 'node:sqlite'
  import { apiKeys, createApi, defineContract, operationsFor } from 'culpa'
  import { migrate, sqliteKeys } from 'culpa/sqlite'
  const database = new DatabaseSync('api.db')
  migrate(database)
  export const store = sqliteKeys(database)
  const contract = defineContract({ docs: '/errors' })
  export const api = createApi({ contract,
    guards: { keys: apiKeys(store, { peppers: { 1: process.env.CULPA_PEPPER ?? '' } }) },
    operations: [operationsFor(contract)('GET /me', { scopes: ['me:read'], handler: ({ caller }) => caller.tenant })] })`,
)
write('nothing.ts', 'export const store = {}')
write('text.db', 'this is no database, but a text that is long enough to be looked at as one'.repeat(20))

const create = (store: string, ...options: string[]) =>
  culpa(['keys', 'create', '--store', store, '--tenant', 'org_1', '--environment', 'test', ...options], pepper)

test('a key that is created works on the running API, until it is revoked; its rotation has an overlap', async () => {
  const server = start(['serve', 'api.ts', '--port', '0', '--json'], pepper)
  const { url } = JSON.parse(await firstLine(server.stdout))
  const end = ended(server)
  const answer = async (key: string) => {
    const response = await fetch(`${url}/me`, { headers: { authorization: `Bearer ${key}` } })
    return response.headers.get('error-code') ?? response.status
  }

  const { key, keyId } = JSON.parse((await create('api.db', '--scope', 'me:read', '--json')).stdout)
  expect(await answer(key)).toBe(200)

  const rotated = await culpa(['keys', 'rotate', keyId, '--module', 'api.ts', '--json'], pepper)
  const { key: second, secrets } = JSON.parse(rotated.stdout)
  expect([secrets, await answer(key), await answer(second)]).toEqual([2, 200, 200])

  const refused = await culpa(['keys', 'rotate', keyId, '--store', 'api.db'], pepper)
  expect([refused.code, refused.stdout]).toEqual([1, ''])
  expect(refused.stderr).toContain('rotate with an overlap of 0')

  const third = (await culpa(['keys', 'rotate', keyId, '--store', 'api.db', '--overlap', '0'], pepper)).stdout.trim()
  expect([await answer(second), await answer(third)]).toEqual(['api_key_invalid', 200])

  expect(await culpa(['keys', 'revoke', keyId, '--store', 'api.db'])).toEqual({
    code: 0,
    stdout: `Key ${keyId} is revoked.\n`,
    stderr: '',
  })
  expect(await answer(third)).toBe('api_key_revoked')
  const late = await culpa(['keys', 'rotate', keyId, '--store', 'api.db'], pepper)
  expect([late.code, late.stderr]).toEqual([
    1,
    `culpa: the key ${keyId} is revoked, for good. Remedy: culpa keys create.\n`,
  ])
  server.kill('SIGTERM')
  const { stderr } = await end
  for (const one of [key, second, third]) expect(stderr).not.toContain(one)
})

test('the key stands alone on standard output, the note beside it', async () => {
  const { code, stdout, stderr } = await create('alone.db')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^sk_test_[0-9A-Za-z]{50}\n$/)
  expect(stderr).toContain('New store of keys: alone.db\n')
  expect(stderr).toContain('It is shown only now')
  expect(stderr).not.toContain(stdout.trim())
})

test('keys are listed without secrets, as a table or as JSON', async () => {
  const first = JSON.parse(
    (await create('list.db', '--scope', 'a', '--scope', 'b', '--plan', 'trial', '--json')).stdout,
  )
  const second = JSON.parse((await create('list.db', '--expires', '2100-01-31', '--json')).stdout)
  await culpa(['keys', 'revoke', second.keyId, '--store', 'list.db'])
  const json = await culpa(['keys', 'list', '--store', 'list.db', '--json'])
  const { keys } = JSON.parse(json.stdout)
  expect(keys.find((one: { keyId: string }) => one.keyId === first.keyId)).toEqual({
    keyId: first.keyId,
    tenant: 'org_1',
    environment: 'test',
    scopes: ['a', 'b'],
    state: 'active',
    secrets: 1,
    plan: 'trial',
  })
  expect(keys.find((one: { keyId: string }) => one.keyId === second.keyId)).toMatchObject({
    state: 'revoked',
    expiresAt: '2100-01-31T00:00:00.000Z',
    revokedAt: expect.any(String),
  })
  const table = (await culpa(['keys', 'list', '--store', 'list.db'])).stdout
  expect(table.split('\n')[0]).toMatch(/^KEY +TENANT +ENVIRONMENT +STATE +SCOPES +LAST USED$/)
  expect(table).toMatch(new RegExp(`${first.keyId} +org_1 +test +active +a,b +never`))
  expect(table + json.stdout).not.toMatch(/sk_test_|[\da-f]{64}/)
  expect(JSON.parse((await culpa(['keys', 'list', '--store', 'list.db', '--tenant', 'x', '--json'])).stdout)).toEqual({
    keys: [],
  })
})

test('what a store holds is one line of the table, and no command to the terminal', async () => {
  const options = ['--tenant', 'org\n\u001b[31m1', '--environment', 'test']
  const created = await culpa(['keys', 'create', '--store', 'terminal.db', ...options], pepper)
  const { stdout } = await culpa(['keys', 'list', '--store', 'terminal.db'])
  const [, line, ...rest] = stdout.split('\n')
  expect([line, ...rest]).toEqual([expect.stringContaining('  org \\x1b[31m1  test '), ''])
  expect(created.stderr).toContain(' of org \\x1b[31m1, test. ')
})

test('the latest pepper makes the hash', async () => {
  const peppers = { ...pepper, CULPA_PEPPER_2: 'another pepper of the tests' }
  await culpa(['keys', 'create', '--store', 'peppers.db', '--tenant', 'org_1', '--environment', 'test'], peppers)
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(join(folder, 'peppers.db'))
  expect(
    database.prepare("SELECT json_extract(secrets, '$[0].pepperVersion') AS version FROM culpa_keys").get(),
  ).toEqual({ version: 2 })
  database.close()
})

const wholeKey = async () => (await create('whole.db')).stdout.trim()

test('a whole key where an id belongs is refused, and not repeated', async () => {
  const key = await wholeKey()
  const { code, stderr } = await culpa(['keys', 'revoke', key, '--store', 'whole.db'])
  expect(code).toBe(2)
  expect(stderr).toContain(`use the id ${key.slice(8, 20)}`)
  expect(stderr).not.toContain(key)
})

test.each([
  [['create', '--store', 'x.db', '--environment', 'test'], '--tenant is missing'],
  [['create', '--store', 'x.db', '--tenant', 'a'], '--environment is missing'],
  [['create', '--tenant', 'a', '--environment', 'test'], 'name one store of keys. Remedy: --store FILE, or --module'],
  [
    ['create', '--tenant', 'a', '--environment', 'Test', '--store', 'x.db'],
    '--environment: "Test" cannot be part of a',
  ],
  [['create', '--tenant', 'a', '--environment', 'test', '--store', 'x.db', '--expires', 'soon'], '"soon" is no date'],
  [
    ['create', '--tenant', 'a', '--environment', 'test', '--store', 'x.db', '--expires', '2020-01-01'],
    'is not in the future',
  ],
  [['list', '--store', 'x.db', '--module', 'api.ts'], 'name one store of keys'],
  [['list', '--store', 'x.db'], 'there is no file x.db. Remedy: the database that the API uses.'],
  [['list', '--store', 'text.db'], 'text.db cannot be used: file is not a database'],
  [['list', '--store', '.'], '. cannot be used: unable to open database file. Remedy: a database of SQLite that'],
  [['list', '--module', 'nothing.ts'], 'nothing.ts exports no store of keys'],
  [['revoke', 'short', '--store', 'x.db'], 'a key id is 12 letters and digits'],
  [['rotate', 'AAAAAAAAAAAA', '--store', 'x.db', '--overlap', '1w'], '--overlap: "1w" is no length of time'],
])('culpa keys %j is refused', async (args, message) => {
  const { code, stdout, stderr } = await culpa(['keys', ...args], pepper)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(existsSync(join(folder, 'x.db'))).toBe(false)
})

test.each([
  [{}, 'there is no pepper, the secret that hashes are made with. Remedy: set CULPA_PEPPER to that of the API.'],
  [{ CULPA_PEPPER_3: 'tiny' }, 'CULPA_PEPPER_3 is shorter than 16 characters'],
  [{ ...pepper, CULPA_PEPPER_1: 'another pepper of the tests' }, 'CULPA_PEPPER and CULPA_PEPPER_1 differ'],
])('peppers %j are refused, and not repeated', async (environment, message) => {
  const args = ['keys', 'create', '--store', 'x.db', '--tenant', 'a', '--environment', 'test']
  const { code, stderr } = await culpa(args, environment as Record<string, string>)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  for (const value of Object.values(environment)) expect(stderr).not.toContain(`${value}`)
})

test('another pepper than that of the store is refused by the commands, and by the API when it starts', async () => {
  const { keyId } = JSON.parse((await create('api.db', '--json')).stdout)
  const wrong = { CULPA_PEPPER: 'not the pepper of the tests' }
  const message =
    'culpa: pepper 1: this is not the one that the store of keys was first used with, so no key of it would be good. Remedy: that pepper; a new one gets the next version, beside it.\n'
  const commands = [
    ['keys', 'create', '--store', 'api.db', '--tenant', 'org_1', '--environment', 'test'],
    ['keys', 'rotate', keyId, '--store', 'api.db'],
    ['serve', 'api.ts', '--port', '0'],
  ]
  for (const command of commands) {
    expect(await culpa(command, wrong), command.join(' ')).toEqual({ code: 2, stdout: '', stderr: message })
  }
  const later = { ...pepper, CULPA_PEPPER_2: 'a second pepper of the tests' }
  expect((await culpa(commands[0]!, later)).code).toBe(0)
})

test('an unknown key is told, exit code 1', async () => {
  await create('unknown.db')
  const { code, stderr } = await culpa(['keys', 'revoke', 'AAAAAAAAAAAA', '--store', 'unknown.db'])
  expect([code, stderr]).toEqual([1, 'culpa: no key has the id AAAAAAAAAAAA. Remedy: list the keys of the store.\n'])
})
