import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newCharging } from '../support/charging.ts'
import { documentedSystems } from '../support/documented.ts'
import { ledgerOf } from '../support/ledger.ts'
import type { DescribedSystem } from '../support/live-sandbox.ts'
import { type ChildGroup, childGroup, childrenOf, isRunning, until } from '../support/sandbox-child.ts'

const groups: ChildGroup[] = []
afterAll(() => Promise.all(groups.map((group) => group.close())))

function newGroup(): ChildGroup {
  const group = childGroup()
  groups.push(group)
  return group
}

async function describedSystem(url: string, name = 'stripe'): Promise<DescribedSystem> {
  const { systems } = (await (await fetch(`${url}/sandbox.json`)).json()) as { systems: DescribedSystem[] }
  return systems.find((one) => one.name === name) as DescribedSystem
}

const customersAt = async (url: string) => {
  const { base, keys } = await describedSystem(url)
  const headers = { authorization: `Bearer ${keys.full}` }
  return {
    create: () =>
      fetch(`${url}${base}/customers`, { method: 'POST', headers, body: new URLSearchParams({ name: 'Ada' }) }),
    count: async () => {
      const page = (await (await fetch(`${url}${base}/customers?limit=100`, { headers })).json()) as { data: object[] }
      return page.data.length
    },
  }
}

/** One line, with the name of the program, the fault and the remedy. */
function expectOneLine(text: string, like: RegExp) {
  expect(text.trimEnd().split('\n')).toEqual([expect.stringMatching(like)])
  expect(text).toMatch(/^culpa sandbox: /)
}

describe('a first run', () => {
  const group = newGroup()
  const args = ['--port', '0', '--db', group.databaseFile]

  test('says on one line where it is ready, then the systems, their base paths and a key to copy', async () => {
    const started = performance.now()
    const child = group.start(args)
    const url = await child.ready
    console.info(`ready after ${Math.round(performance.now() - started)} ms`)
    const lines = child.stdout().split('\n')
    expect(lines[0]).toBe(`culpa sandbox ready on http://localhost:${new URL(url).port}`)
    await until(async () => (child.stdout().includes('sandbox.json') ? true : undefined))
    for (const { name, base } of documentedSystems) {
      const { keys } = await describedSystem(url, name)
      expect(child.stdout()).toMatch(new RegExp(`^\\s+${name}\\s+${base}\\s+${keys.full}$`, 'm'))
    }
    expect(child.stderr()).toBe('')
    const page = await fetch(url)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  })

  test('the command it shows fails as a card is declined', async () => {
    const [child] = [group.start(args.with(3, `${group.databaseFile}.command`))]
    await child.ready
    await until(async () => (child.stdout().includes('sandbox.json') ? true : undefined))
    const shown = /curl (\S+) -u (\S+): (.+)/.exec(child.stdout())
    const fields = [...(shown?.[3] ?? '').matchAll(/-d (\S+)/g)].map(([, field]) => field).join('&')
    const answer = await fetch(shown?.[1] ?? '', {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${shown?.[2]}:`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: fields,
    })
    expect(answer.status).toBe(402)
    expect(answer.headers.get('error-code')).toBe('card_declined')
  })
})

describe('what it refuses, in one line on standard error', () => {
  const group = newGroup()

  test('a port that is in use, with what to do', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const child = group.start(['--port', String(port), '--db', group.databaseFile])
    expect((await child.exit).code).toBe(1)
    expectOneLine(child.stderr(), new RegExp(`port ${port}.*in use.*Remedy: .*another port`))
    expect(child.stdout()).toBe('')
    taken.close()
  })

  test('a second sandbox on the port of the first, which goes on', async () => {
    const first = group.start(['--port', '0', '--db', group.databaseFile])
    const url = await first.ready
    const second = group.start(['--port', new URL(url).port, '--db', `${group.databaseFile}.second`])
    expect((await second.exit).code).toBe(1)
    expectOneLine(second.stderr(), /in use.*Remedy/)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
  })

  test('--fresh on the port and the database of a running sandbox, whose files stay as they are', async () => {
    const databaseFile = `${group.databaseFile}.running`
    const first = group.start(['--port', '0', '--db', databaseFile])
    const url = await first.ready
    const customers = await customersAt(url)
    await customers.create()
    const known = await customers.count()
    const inodes = [databaseFile, `${databaseFile}.processor`].map((file) => statSync(file).ino)
    const second = group.start(['--port', new URL(url).port, '--db', databaseFile, '--fresh'])
    expect((await second.exit).code).toBe(1)
    expectOneLine(second.stderr(), /in use.*Remedy/)
    expect([databaseFile, `${databaseFile}.processor`].map((file) => statSync(file).ino)).toEqual(inodes)
    expect(await customers.count()).toBe(known)
    const third = group.start(['--port', new URL(url).port, '--db', `${group.databaseFile}.third`])
    await third.exit
    expect(readdirSync(dirname(databaseFile)).filter((name) => name.includes('.third'))).toEqual([])
  })

  test('--fresh on the database of a running sandbox, on whatever port', async () => {
    const databaseFile = `${group.databaseFile}.shared`
    const first = group.start(['--port', '0', '--db', databaseFile])
    const customers = await customersAt(await first.ready)
    await customers.create()
    const known = await customers.count()
    const second = group.start(['--port', '0', '--db', databaseFile, '--fresh'])
    expect((await second.exit).code).toBe(1)
    expectOneLine(second.stderr(), /shared.*locked.*Remedy/)
    expect(await customers.count()).toBe(known)
  })

  test('NODE_ENV=production', async () => {
    const child = group.start(['--port', '0', '--db', group.databaseFile], { NODE_ENV: 'production' })
    expect((await child.exit).code).toBe(1)
    expectOneLine(child.stderr(), /production.*Remedy/)
  })

  test.each([
    [['--colour', 'red'], {}, /--colour.*Remedy: npm start -- --help$/],
    [['stray'], {}, /stray.*Remedy: npm start -- --help$/],
    [['--port', '--fresh'], {}, /--port.*Remedy: npm start -- --help$/],
    [['--db='], {}, /--db.*Remedy/],
    [['--host='], {}, /--host.*Remedy/],
    [['--port='], {}, /--port.*Remedy/],
    [['--port', 'many'], {}, /--port.*many.*Remedy/],
    [['--port', '70000'], { PORT: 'many' }, /--port.*70000.*Remedy/],
    [[], { PORT: 'many' }, / PORT.*many.*Remedy/],
    [['--host', 'no.such.host.invalid', '--port', '0'], {}, /no\.such\.host\.invalid.*Remedy/],
  ] as [string[], Record<string, string>, RegExp][])('%j %j', async (args, env, like) => {
    const child = group.start(['--db', `${group.databaseFile}.refused`, ...args], env)
    expect((await child.exit).code).toBe(1)
    expectOneLine(child.stderr(), like)
    expect(child.stdout()).toBe('')
  })

  test('a database that cannot be opened, by its name', async () => {
    const folder = dirname(group.databaseFile)
    const text = join(folder, 'text.txt')
    writeFileSync(text, 'This is no database. '.repeat(100))
    for (const file of [folder, text, join(text, 'below', 'sandbox.db')]) {
      const child = group.start(['--db', file, '--port', '0'])
      expect((await child.exit).code).toBe(1)
      expectOneLine(child.stderr(), new RegExp(file === folder ? folder : 'text\\.txt'))
    }
  })

  test('books of the processor that cannot be opened, by their name', async () => {
    const databaseFile = `${group.databaseFile}.unbooked`
    writeFileSync(`${databaseFile}.processor`, 'These are no books. '.repeat(100))
    const child = group.start(['--db', databaseFile, '--port', '0'])
    expect((await child.exit).code).toBe(1)
    expectOneLine(child.stderr(), /unbooked\.processor.*Remedy/)
    expect(child.stdout()).toBe('')
  })

  test('--help tells every option and starts nothing', async () => {
    const child = group.start(['--help'])
    expect((await child.exit).code).toBe(0)
    for (const option of ['--port', '--host', '--db', '--fresh', '--help']) expect(child.stdout()).toContain(option)
  })

  test('the port may come from PORT', async () => {
    const child = group.start(['--db', `${group.databaseFile}.env`], { PORT: '0' })
    expect((await fetch(`${await child.ready}/livez`)).status).toBe(200)
  })
})

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s finishes the charge in flight, then exits with 0, processor and all',
    async (signal) => {
      const group = newGroup()
      const child = group.start(['--port', '0', '--db', group.databaseFile])
      const url = await child.ready
      const processors = childrenOf(child.pid)
      expect(processors).toHaveLength(1)
      const { send } = await newCharging(url, await describedSystem(url))
      const inFlight = send('tok_processorSlow')
      await until(async () => ledgerOf(group.databaseFile).find(({ instrument }) => instrument === 'tok_processorSlow'))
      child.kill(signal)
      expect((await inFlight).status).toBe(200)
      expect(await child.exit).toEqual({ code: 0, signal: null })
      expect(processors.filter(isRunning)).toEqual([])
      expect(child.stderr()).toBe('')
      await expect(fetch(`${url}/livez`)).rejects.toThrow()
    },
  )

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s to the whole process group, processor and all, cuts no charge in flight',
    async (signal) => {
      const group = newGroup()
      const child = group.start(['--port', '0', '--db', group.databaseFile])
      const url = await child.ready
      const [processor = 0] = childrenOf(child.pid)
      const { send } = await newCharging(url, await describedSystem(url))
      const inFlight = send('tok_processorSlow')
      await until(async () => ledgerOf(group.databaseFile).find(({ instrument }) => instrument === 'tok_processorSlow'))
      process.kill(processor, signal)
      child.kill(signal)
      expect((await inFlight).status).toBe(200)
      expect(await child.exit).toEqual({ code: 0, signal: null })
      expect(isRunning(processor)).toBe(false)
      expect(child.stderr()).toBe('')
    },
  )

  test('a processor that does not answer to anything is killed', async () => {
    const group = newGroup()
    const child = group.start(['--port', '0', '--db', group.databaseFile])
    await child.ready
    const [processor = 0] = childrenOf(child.pid)
    process.kill(processor, 'SIGSTOP')
    child.kill('SIGTERM')
    expect((await child.exit).code).toBe(0)
    expect(isRunning(processor)).toBe(false)
  }, 20_000)

  test('a sandbox that is killed takes its processor along', async () => {
    const group = newGroup()
    const child = group.start(['--port', '0', '--db', group.databaseFile])
    await child.ready
    const processors = childrenOf(child.pid)
    child.kill('SIGKILL')
    await child.exit
    await until(async () => (processors.some(isRunning) ? undefined : true))
  })
})

describe('the database', () => {
  const group = newGroup()
  const args = ['--port', '0', '--db', group.databaseFile]
  let known = 0

  beforeAll(async () => {
    const child = group.start(args)
    const customers = await customersAt(await child.ready)
    for (let index = 0; index < 3; index++) expect((await customers.create()).status).toBe(200)
    known = await customers.count()
    child.kill('SIGTERM')
    await child.exit
  })

  test('survives a restart', async () => {
    const child = group.start(args)
    expect(known).toBeGreaterThanOrEqual(3)
    expect(await (await customersAt(await child.ready)).count()).toBe(known)
    child.kill('SIGTERM')
    await child.exit
  })

  test('is empty after --fresh, the processor’s books too', async () => {
    const child = group.start([...args, '--fresh'])
    const customers = await customersAt(await child.ready)
    expect(await customers.count()).toBe(known - 3)
    child.kill('SIGTERM')
    await child.exit
  })
})

describe('the links', () => {
  const group = newGroup()

  test.each([
    ['0.0.0.0', 'localhost'],
    ['::1', '[::1]'],
    ['127.0.0.2', '127.0.0.2'],
  ])('on the host %s name %s and the port', async (host, shown) => {
    const child = group.start(['--port', '0', '--host', host, '--db', `${group.databaseFile}.${shown}`])
    await until(async () => (child.stdout().includes('sandbox.json') ? true : undefined))
    const origin = /^culpa sandbox ready on (http:\/\/\S+)$/m.exec(child.stdout())?.[1] ?? ''
    const { hostname, port } = new URL(origin)
    expect(hostname).toBe(shown)
    expect(child.stdout()).toContain(`${origin}/sandbox.json`)
    const answer = await fetch(`http://${host.includes(':') ? `[${host}]` : host}:${port}/v1/charges`)
    expect(answer.headers.get('link')).toContain(`<${origin}/`)
  })
})

describe('the processor', () => {
  test('killed in the middle of a charge, it is a 502, and is started again', async () => {
    const group = newGroup()
    const child = group.start(['--port', '0', '--db', group.databaseFile])
    const url = await child.ready
    const { send } = await newCharging(url, await describedSystem(url))
    const inFlight = send('tok_processorSilent')
    await until(async () => ledgerOf(group.databaseFile).find(({ instrument }) => instrument === 'tok_processorSilent'))
    const [processor = 0] = childrenOf(child.pid)
    process.kill(processor, 'SIGKILL')
    expect((await inFlight).status).toBe(502)
    const whileDown = await send('tok_visa')
    expect([200, 502]).toContain(whileDown.status)
    await until(async () => ((await send('tok_visa')).status === 200 ? true : undefined))
    expect(childrenOf(child.pid)).not.toContain(processor)
  })
})
