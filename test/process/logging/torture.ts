// Random trouble beneath a process that logs: what its files had at any time is counted by this reader of its own.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../../support/random.ts'
import { newFolder, startChild } from './parent.ts'

const ENDS = ['exit', 'close', 'throw', 'crash', 'SIGTERM', 'SIGKILL'] as const
/** A look, and what a busy machine may add: older lines do not go astray any more. */
const LOOK_MS = 150

export interface Round {
  seed: number
  end: (typeof ENDS)[number]
  troubles: string[]
  /** Lines that the process said it had made, and those of them that are nowhere and in no count. */
  made: number
  lost: number
  /** Lines that came twice, of which trouble at the path explains some. */
  duplicates: number
  torn: number
  /** Lines that are no well-formed JSON of at most 32 KB. */
  malformed: number
}

/** The reader: it takes every line once it is complete, from a file that goes away just before it does. */
function createReader() {
  const seqs = new Map<number, number>()
  const result = { torn: 0, malformed: 0, dropped: 0 }
  const done: string[] = []

  function read(file: string): void {
    const bytes = readFileSync(file)
    for (const line of bytes.toString().split('\n').filter(Boolean)) {
      try {
        const { seq, dropped_lines = 0 } = JSON.parse(line) as { seq?: number; dropped_lines?: number }
        if (!seq) continue
        seqs.set(seq, (seqs.get(seq) ?? 0) + 1)
        result.dropped += dropped_lines
        if (/(?<!\\)(\\\\)*\\ud[89a-f]/.test(line) || Buffer.byteLength(line) >= 32 * 1024)
          result.malformed += 1
      } catch {
        result.torn += 1
      }
    }
  }

  return {
    seqs,
    result,
    /** Files and folders that were put aside are read at the end, for lines may still go there. */
    putAside: (path: string) => void done.push(path),
    readAll(dir: string): void {
      for (const path of [dir, ...done]) {
        for (const name of list(path)) read(name)
      }
    },
    read,
  }
}

function list(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => join(path, name))
}

/** One process under random trouble, to a random end. */
export async function runRound(seed: number): Promise<Round> {
  const random = createRandom(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const dir = join(newFolder(), 'logs')
  mkdirSync(dir)
  chmodSync(dir, 0o777)
  const reader = createReader()
  const today = new Date().toISOString().slice(0, 10)
  const child = startChild({
    dir,
    maxFileSize: 256 * 1024,
    maxFiles: 1000,
    steps: [{ logForEver: { perTick: pick([1, 10, 50]), hostile: true } }],
  })
  let made = (await child.report(({ made }) => made > 50)).made
  const troubles: string[] = []

  const aside = () => {
    const folder = newFolder()
    reader.putAside(folder)
    return folder
  }
  const newest = () =>
    list(dir)
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1)
  let number = 0
  const trouble: Record<string, () => void | Promise<void>> = {
    renameFile() {
      const file = newest()
      if (file) renameSync(file, join(aside(), 'old.log'))
    },
    rotateAsLogrotate() {
      const file = newest()
      if (!file) return
      renameSync(file, join(aside(), 'old.log'))
      writeFileSync(file, '', { mode: 0o666 })
      chmodSync(file, 0o666)
    },
    renameFolder() {
      const folder = aside()
      renameSync(dir, join(folder, 'logs'))
      reader.putAside(join(folder, 'logs'))
    },
    remount() {
      const folder = aside()
      renameSync(dir, join(folder, 'logs'))
      reader.putAside(join(folder, 'logs'))
      mkdirSync(dir)
      chmodSync(dir, 0o777)
    },
    deleteFile() {
      const file = newest()
      if (!file) return
      reader.read(file)
      rmSync(file)
    },
    blockNext() {
      const path = join(dir, `bot-${today}.${900 + number++}.log`)
      pick([() => mkdirSync(path), () => symlinkSync('/nowhere/at/all', path)])()
    },
    laterDay() {
      writeFileSync(join(dir, 'bot-2999-01-01.log'), '')
    },
    async refuse() {
      chmodSync(dir, 0o555)
      await sleep(100 * random())
      chmodSync(dir, 0o777)
    },
    async fileInTheWay() {
      const folder = aside()
      renameSync(dir, join(folder, 'logs'))
      reader.putAside(join(folder, 'logs'))
      writeFileSync(dir, '')
      await sleep(100 * random())
      rmSync(dir)
    },
  }
  const parent = join(dir, '..')
  chmodSync(parent, 0o777)
  for (let i = Math.floor(random() * 4); i >= 0; i--) {
    const name = pick(Object.keys(trouble))
    troubles.push(name)
    try {
      await trouble[name]?.()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error // the folder was not made anew yet
      troubles.push('(nothing there)')
    }
    await sleep(pick([0, 20, 300]))
  }
  const end = pick(ENDS)
  if (end === 'SIGKILL') {
    // What waits for the disk, and what went astray just now, is what README says that it costs.
    await sleep(LOOK_MS)
    const before = child.latest()?.made ?? 0
    made = (await child.report((report) => report.made > before && report.backlogBytes === 0)).made
  }
  if (end.startsWith('SIG')) child.process.kill(end as NodeJS.Signals)
  else child.ask({ end: end as 'exit' })
  await child.ended
  if (end !== 'SIGKILL') made = child.latest()?.made ?? made
  reader.readAll(dir)
  let lost = -reader.result.dropped
  let duplicates = 0
  for (let seq = 1; seq <= Math.max(made, ...reader.seqs.keys()); seq++) {
    const times = reader.seqs.get(seq) ?? 0
    if (times === 0) lost += 1
    duplicates += Math.max(0, times - 1)
  }
  const { torn, malformed } = reader.result
  return { seed, end, troubles, made, lost, duplicates, torn, malformed }
}
