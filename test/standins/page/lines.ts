import type { Note } from './server.ts'

/** How many lines are kept for pages that are opened later. */
const KEPT = 100_000
/** How many a page gets when it is opened, and how many older ones at a time. */
const LATEST = 1000
const CHUNK = 10_000

/** Entries and the number of the first, counted from the start. */
export interface Piece {
  first: number
  entries: (string | Note)[]
}

/** The newest lines, and among them what became of the process. */
export interface Lines {
  /** Where the bot says that its metrics are. */
  readonly metricsUrl: string | undefined
  add(entries: (string | Note)[]): void
  latest(): Piece
  /** What came before the entry of this number, as far as it is kept. */
  before(number: number): Piece
}

export function createLines(): Lines {
  let kept: (string | Note)[] = []
  let first = 0
  let metricsUrl: string | undefined

  const piece = (from: number, to: number): Piece => {
    const start = Math.max(from, first)
    return { first: start, entries: kept.slice(start - first, Math.max(to - first, 0)) }
  }
  return {
    get metricsUrl() {
      return metricsUrl
    },
    add(entries) {
      for (const entry of entries) metricsUrl = findMetrics(entry) ?? metricsUrl
      kept.push(...entries)
      if (kept.length < KEPT * 1.1) return
      first += kept.length - KEPT
      kept = kept.slice(-KEPT)
    },
    latest: () => piece(first + kept.length - LATEST, first + kept.length),
    before: (number) => piece(number - CHUNK, number),
  }
}

function findMetrics(entry: string | Note): string | undefined {
  if (typeof entry !== 'string' || !entry.includes('"listening"')) return undefined
  try {
    const { message, port } = JSON.parse(entry)
    return message === 'listening' && Number.isInteger(port) ? `http://127.0.0.1:${port}/metrics` : undefined
  } catch {
    return undefined
  }
}
