import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commands } from '../../packages/cli/src/commands.ts'
import { root } from '../laws/sources.ts'
import { programFolder } from '../support/culpa-program.ts'

const { culpa, start, write } = programFolder()
write('nothing.ts', 'export const other = 1')
write('broken.ts', 'export const = 1')
write('enum.ts', 'export enum Colour { Red }')
write('absent-import.ts', "import './absent.ts'")
write('leaves.ts', 'process.exit(0)')
write('waits.ts', 'await new Promise(() => undefined)')
write('colours.ts', "throw new Error('\\u001b[31mred\\u0007')")
write('half.ts', 'export const api = { plans: [], handle() {}, refuse() {}, idle() {} }')
write(
  'contradicts.ts',
  "import { defineContract } from 'culpa'\nexport const contract = defineContract({ docs: '/e', errors: { index: { status: 400, message: 'Index.' } } })",
)

test.each([
  [['sreve'], 'there is no command "sreve". Did you mean culpa serve? Remedy: culpa --help.'],
  [['xyz'], 'there is no command "xyz". Remedy: culpa --help.'],
  [['keys'], 'culpa keys is a group: keys create, '],
  [['keys', 'revok'], 'there is no command "keys revok". Did you mean culpa keys revoke?'],
  [['serve'], 'culpa serve takes MODULE, not nothing. Remedy: culpa serve --help.'],
  [['serve', 'a.ts', 'b.ts'], 'culpa serve takes MODULE, not 2.'],
  [['serve', 'absent.ts'], 'there is no file absent.ts. Remedy: the path of a module, as ./api.ts.'],
  [['serve', 'nothing.ts'], 'nothing.ts exports no API. Remedy: export const api = createApi({ … })'],
  [['serve', 'broken.ts'], 'broken.ts does not load: '],
  [['serve', 'enum.ts'], 'Remedy: only types that can be stripped (erasableSyntaxOnly), or compile it first.'],
  [['docs', 'leaves.ts', '--format', 'json'], 'leaves.ts ends the process, or waits for nothing, while it loads.'],
  [['serve', 'waits.ts'], 'waits.ts ends the process, or waits for nothing, while it loads.'],
  [['serve', 'colours.ts'], 'colours.ts does not load: \\x1b[31mred\\x07.\n'],
  [['serve', 'half.ts'], 'half.ts exports no API.'],
  [['docs', 'contradicts.ts', '--out', 'x'], 'referenceSite: index: '],
  [['docs', 'contradicts.ts', '--format', 'json', '--base-url', 'here'], '--base-url: "here" is no address.'],
  [['serve', 'absent-import.ts'], 'absent-import.ts. Remedy: install what it imports, and write out file extensions.'],
  [['serve', 'nothing.ts', '--prot', '1'], 'culpa serve has no option --prot. Did you mean --port? Remedy:'],
  [['serve', 'nothing.ts', '-p', '1'], 'culpa serve has no option -p.'],
  [['serve', 'nothing.ts', '--port'], '--port needs a value. Remedy: --port N.'],
  [['serve', 'nothing.ts', '--port', '--metrics'], '--port needs a value.'],
  [['serve', 'nothing.ts', '--port', '1', '--port', '2'], '--port is there 2 times. Remedy: give it once.'],
  [['serve', 'nothing.ts', '--metrics=yes'], '--metrics takes no value. Remedy: --metrics alone.'],
  [['serve', 'nothing.ts', '--port', 'http'], '--port: "http" is no port. Remedy: a number from 0 to 65535.'],
  [['serve', 'nothing.ts', '--grace-ms', '5s'], '--grace-ms: "5s" is no time. Remedy: whole milliseconds, as 5000.'],
])('culpa %j is refused in one line with the remedy', async (args, message) => {
  const { code, stdout, stderr } = await culpa(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).toMatch(/^culpa: .+\n$/)
})

test('with --json an error is JSON too', async () => {
  const { code, stderr } = await culpa(['serve', 'absent.ts', '--json'])
  expect(code).toBe(2)
  expect(JSON.parse(stderr)).toEqual({
    error: { message: 'there is no file absent.ts. Remedy: the path of a module, as ./api.ts.' },
  })
})

test.each([
  [['openapi', 'half.ts', '--yaml'], '--yaml and --json exclude each other. Remedy: one of them.'],
  [
    ['docs', 'half.ts', '--format', 'markdown'],
    '--json: Markdown on standard output is none. Remedy: --format json, or --out FILE.',
  ],
])('culpa %j has no output that is JSON', async (args, message) => {
  const { code, stdout, stderr } = await culpa([...args, '--json'])
  expect([code, stdout, JSON.parse(stderr)]).toEqual([2, '', { error: { message } }])
})

test('help names every command, each has its options and examples', async () => {
  const [bare, flag, word, letter] = await Promise.all([culpa([]), culpa(['--help']), culpa(['help']), culpa(['-h'])])
  expect([bare.code, flag.code, word.code, letter.code]).toEqual([0, 0, 0, 0])
  expect(letter.stdout).toBe(bare.stdout)
  expect(flag.stdout).toBe(bare.stdout)
  expect(word.stdout).toBe(bare.stdout)
  for (const { name, examples } of commands) {
    expect(bare.stdout).toContain(`  ${name}`)
    expect(bare.stdout).toContain(`  ${examples[0]}\n`)
  }
})

test.each(commands.map((command) => [command.name, command] as const))('culpa %s --help', async (name, command) => {
  const { code, stdout, stderr } = await culpa([...name.split(' '), '--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const option of [...Object.keys(command.options), 'json', 'help']) expect(stdout).toContain(`--${option}`)
  for (const example of command.examples) expect(stdout).toContain(example)
  for (const heading of ['Usage', 'Options', 'Examples', 'Exit codes']) expect(stdout).toContain(heading)
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
})

test('--version tells the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'))
  expect(await culpa(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

test('colours are for terminals, unless FORCE_COLOR asks for them', async () => {
  const sequence = '\u001b['
  const [plain, forced, both] = await Promise.all([
    culpa(['--help'], { NO_COLOR: '' }),
    culpa(['--help'], { NO_COLOR: '', FORCE_COLOR: '1' }),
    culpa(['sreve'], { NO_COLOR: '', FORCE_COLOR: '1' }),
  ])
  expect(plain.stdout).not.toContain(sequence)
  expect(forced.stdout).toContain(sequence)
  expect(both.stderr).toContain(`${sequence}31mculpa:`)
})

test('a reader that stops early is no crash', async () => {
  const child = start(['--help'])
  child.stdout?.destroy()
  let stderr = ''
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect([code, stderr]).toEqual([0, ''])
})
