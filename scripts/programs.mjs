// What tests run besides npm's packages: how it is called, where it lies off the PATH, and which package of Debian
// brings it. Tests ask here where to find it, `npm test` what to install.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {'chromium' | 'node-22' | 'deno' | 'bun'} ProgramName */
/**
 * @typedef {object} Program
 * @property {readonly string[]} files what it may be called
 * @property {readonly string[]} folders where it may lie, besides those of the PATH
 * @property {boolean} onPath false where only our own copy will do
 * @property {string} variable environment variable that names the file
 * @property {string} [debian] package that brings it
 */

const runtimes = fileURLToPath(new URL('../test/runtimes/node_modules/.bin', import.meta.url))

/** @type {Readonly<Record<ProgramName, Program>>} */
export const programs = {
  chromium: {
    files: ['chromium', 'chromium-browser', 'google-chrome', 'Google Chrome'],
    folders: ['/Applications/Google Chrome.app/Contents/MacOS'],
    onPath: true,
    variable: 'CHROMIUM',
    debian: 'chromium',
  },
  'node-22': { files: ['node'], folders: [runtimes], onPath: false, variable: 'NODE_22' },
  deno: { files: ['deno'], folders: [runtimes], onPath: false, variable: 'DENO' },
  bun: { files: ['bun'], folders: [runtimes], onPath: false, variable: 'BUN' },
}

/**
 * The file of a program, or nothing where it is not on this machine.
 * @param {ProgramName} name
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const { files, folders, onPath, variable } = programs[name]
  const path = onPath ? (process.env.PATH ?? '').split(delimiter) : []
  const found = [...folders, ...path].flatMap((folder) => files.map((file) => join(folder, file))).find(existsSync)
  return process.env[variable] || found
}
