import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importGraph, importsOf, librarySources, sourceFiles } from './laws/sources.ts'

/** What each layer may import: layers, or single files of one. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  formats: ['contract'],
  profiles: ['contract'],
  client: ['contract', 'formats'],
  reference: ['contract', 'formats'],
  server: ['contract', 'formats'],
  guards: ['contract', 'server'],
  stores: ['server/stores.ts'],
  adapters: ['server'],
}

/** Layers that run where Node does not. */
const portable = ['contract', 'formats', 'profiles', 'client', 'reference']

const files = sourceFiles(librarySources)
const layerOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'entry')

test('every folder of the library is a layer', () => {
  const layers = new Set(files.map(layerOf))
  expect([...layers].filter((layer) => layer !== 'entry' && mayImport[layer] === undefined)).toEqual([])
  expect(layers.size).toBeGreaterThan(6)
})

test('a layer imports only what it may', () => {
  const offences = files.flatMap((file) => {
    const layer = layerOf(file)
    const allowed = [layer, ...(mayImport[layer] ?? [])]
    if (layer === 'entry') return []
    return importsOf(file)
      .filter(({ target }) => target !== undefined && !allowed.some((one) => target === one || layerOf(target) === one))
      .map(({ target }) => `${file} imports ${target}`)
  })
  expect(offences).toEqual([])
})

test('no guard imports another guard', () => {
  const guards = files.filter((file) => layerOf(file) === 'guards' && /^ {4}stage: '/m.test(read(file)))
  expect(guards.length).toBeGreaterThan(10)
  const offences = guards.flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => target !== undefined && guards.includes(target))
      .map(({ target }) => `${file} imports ${target}`),
  )
  expect(offences).toEqual([])
})

test('no store imports another store, no adapter another adapter', () => {
  const familyOf = (file: string) => /^(?:stores|adapters)\/(memory|sqlite|redis|postgres|node|fetch)\b/.exec(file)?.[1]
  const offences = files.flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => {
        const [own, other] = [familyOf(file), familyOf(target ?? '')]
        return own !== undefined && other !== undefined && own !== other
      })
      .map(({ target }) => `${file} imports ${target}`),
  )
  expect(offences).toEqual([])
})

test('portable layers use no module of Node', () => {
  const offences = files
    .filter((file) => portable.includes(layerOf(file)))
    .flatMap((file) => importsOf(file).map(({ specifier }) => `${file} imports ${specifier}`))
    .filter((offence) => / imports (?!\.|@standard-schema\/spec$)/.test(offence))
  expect(offences).toEqual([])
})

test('culpa/fetch loads no module of Node', () => {
  const { files: loaded, packages } = importGraph('adapters/fetch.ts')
  expect([...packages]).toEqual([])
  expect(loaded.size).toBeLessThan(12)
})

test('no file imports itself by a way round', () => {
  const circles = files.filter((file) =>
    importsOf(file).some(
      ({ target, typeOnly }) => !typeOnly && target !== undefined && importGraph(target).files.has(file),
    ),
  )
  expect(circles).toEqual([])
})

function read(file: string): string {
  return readFileSync(join(librarySources, file), 'utf8')
}
