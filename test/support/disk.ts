import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'

/** A small disk of a test's own. */
export interface Disk {
  /** Where it is mounted. */
  readonly path: string
}

/** A disk whose power can fail. */
export interface FailingDisk extends Disk {
  /** From now on it holds what had reached it, and nothing of what the system had in memory alone. Nobody may use it then. */
  cutPower(): void
}

interface Mounting {
  create(): void
  remove(): void
}

/** Enough for a Postgres; what is not written takes no room. */
const imageBytes = 256 * 2 ** 20

/**
 * Tests on a file system that lies in a file. A copy of that file is what a power cut leaves: what was written and not
 * flushed is in the memory of the kernel.
 */
export function describeFailingDisk(name: string, body: (disk: FailingDisk) => void): void {
  const folder = newFolder()
  const path = join(folder, 'disk')
  const image = (number: number) => join(folder, `image-${number}`)
  let cuts = 0
  const mount = () => asRoot('mount', '-o', 'loop', image(cuts), path)
  const disk: FailingDisk & Mounting = {
    path,
    create() {
      mkdirSync(path, { recursive: true })
      writeFileSync(image(cuts), '')
      truncateSync(image(cuts), imageBytes)
      const owner = `root_owner=${process.getuid?.()}:${process.getgid?.()}`
      execFileSync('/sbin/mkfs.ext4', ['-q', '-F', '-E', owner, image(cuts)], { stdio: 'pipe' })
      mount()
    },
    cutPower() {
      execFileSync('cp', ['--sparse=always', image(cuts), image(cuts + 1)])
      asRoot('umount', path)
      rmSync(image(cuts))
      cuts += 1
      mount()
    },
    remove() {
      asRoot('umount', path)
      rmSync(folder, { recursive: true })
    },
  }
  describeMounted(name, disk, () => body(disk))
}

/** Tests on a disk of so many bytes. */
export function describeSmallDisk(name: string, bytes: number, body: (disk: Disk) => void): void {
  const path = newFolder()
  const disk: Disk & Mounting = {
    path,
    create() {
      mkdirSync(path, { recursive: true })
      asRoot('mount', '-t', 'tmpfs', '-o', `size=${bytes},mode=777`, 'tmpfs', path)
    },
    remove() {
      asRoot('umount', path)
      rmSync(path, { recursive: true })
    },
  }
  describeMounted(name, disk, () => body(disk))
}

/** Whether a machine lets somebody mount is no matter of what is installed, so elsewhere than here even CI skips, loudly. */
function describeMounted(name: string, mounting: Mounting, body: () => void): void {
  describe.skipIf(!isPossible(name, mounting))(name, () => {
    beforeAll(() => mounting.create())
    afterAll(() => mounting.remove())
    body()
  })
}

function isPossible(name: string, { create, remove }: Mounting): boolean {
  try {
    create()
    remove()
    return true
  } catch (cause) {
    const { message } = cause as Error
    console.warn(`SKIPPED ${name}: nothing can be mounted here (${message.trim()}). Remedy: run it as root, on Linux.`)
    return false
  }
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'culpa-disk-'))
}

/** By `sudo` where that asks for no password, as on most machines of CI. */
function asRoot(...command: readonly string[]): void {
  const [file = '', ...args] = process.getuid?.() === 0 ? command : ['sudo', '-n', ...command]
  execFileSync(file, args, { stdio: 'pipe' })
}
