import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkFieldTypes } from './fieldTypes.ts'

export interface LogLine {
  timestamp: string
  level: string
  message: string
  boot: string
  seq: number
  [field: string]: unknown
}

/** What one process start left in a log directory, counted by `seq`. */
export interface BootCount {
  lines: number
  /** Numbers below the highest that are nowhere. */
  missing: number
  duplicates: number
  /** How many of 1, 2, 3 … are there before the first that is missing. */
  prefix: number
}

/** Every line of a log directory, file by file in the order they were written; torn ones are counted apart. */
export function readLog(dir: string): { files: string[]; lines: LogLine[]; torn: number } {
  const number = (name: string) => Number(/\.(\d+)\.log$/.exec(name)?.[1] ?? 0)
  const files = readdirSync(dir)
    .filter((name) => name.endsWith('.log'))
    .sort((a, b) => a.slice(0, 14).localeCompare(b.slice(0, 14)) || number(a) - number(b))
  const lines: LogLine[] = []
  let torn = 0
  for (const text of files.flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n'))) {
    try {
      if (text !== '') lines.push(JSON.parse(text))
    } catch {
      torn += 1
    }
  }
  lines.forEach(checkFieldTypes)
  return { files, lines, torn }
}

/** @throws when there is no line of this boot, or the lines are of several boots and none is named */
export function countBoot(lines: LogLine[], boot?: string): BootCount {
  const boots = new Set(lines.map((line) => line.boot))
  const [only] = boots
  if (!boot && boots.size !== 1) throw new Error(`The lines are of ${boots.size} boots`)
  const seqs = lines.filter((line) => line.boot === (boot ?? only)).map(({ seq }) => seq)
  const unique = new Set(seqs)
  let prefix = 0
  while (unique.has(prefix + 1)) prefix += 1
  return {
    lines: seqs.length,
    missing: seqs.reduce((max, seq) => Math.max(max, seq), 0) - unique.size,
    duplicates: seqs.length - unique.size,
    prefix,
  }
}
