import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

/** Text of a file, by its path below the repository's root. */
export const readDocument = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Where the programs are that the documentation shows. */
export const exampleFolder = 'examples/documentation'
export const examples = filesBelow(exampleFolder, '.ts')

/** All that a reader is given, as paths below the repository's root. */
export const pages = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md')]

/** The fenced blocks of a page in a language. */
export function blocksOf(page: string, language: 'ts' | 'console'): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms')
  return [...readDocument(page).matchAll(fence)].map(([, block = '']) => block)
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`)
    .sort()
}
