import { vi } from 'vitest'
import type { Sumo } from '../standins/sumo/backend.ts'

const POLL_MS = 200

export interface LogLine {
  message: string
  level: string
  instance: string
  boot: string
  seq: number
  update_id?: number
  [field: string]: unknown
}

/** The lines of one process start, as they reached the far end. */
export interface Delivery {
  boot: string
  /** In the order of `seq`, each once. */
  lines: LogLine[]
  /** Every `seq` below the highest one that did not arrive. */
  missing: number[]
  /** Arrivals beyond the first of each line. */
  repeated: number
}

export function parseLine(text: unknown): LogLine {
  return JSON.parse(String(text))
}

/** Every line that Sumo Logic has, in the order of arrival. */
export function arrivals(sumo: Sumo): LogLine[] {
  return sumo.received.map(({ body }) => parseLine(body))
}

/**
 * What arrived of each process start of a pod, the earliest first. A batch that the collector has to send again is
 * overtaken by later ones: whatever is missing is waited for, until `timeoutMs`.
 */
export async function deliveries(sumo: Sumo, pod: string, timeoutMs = 60_000): Promise<Delivery[]> {
  const isWhole = () => {
    const found = countDeliveries(sumo, pod)
    return found.length > 0 && found.every(({ missing }) => missing.length === 0)
  }
  await vi.waitUntil(isWhole, { timeout: timeoutMs, interval: POLL_MS }).catch(() => {})
  return countDeliveries(sumo, pod)
}

function countDeliveries(sumo: Sumo, pod: string): Delivery[] {
  const ofPod = arrivals(sumo).filter(({ instance }) => instance === pod)
  const byBoot = Object.entries(Object.groupBy(ofPod, ({ boot }) => boot))
  return byBoot.map(([boot, got = []]) => {
    const bySeq = new Map(got.map((line) => [line.seq, line]))
    const lines = [...bySeq.values()].sort((a, b) => a.seq - b.seq)
    const last = lines.at(-1)?.seq ?? 0
    const missing = Array.from({ length: last }, (_, index) => index + 1).filter((seq) => !bySeq.has(seq))
    return { boot, lines, missing, repeated: got.length - lines.length }
  })
}

/** Resolves once a line that matches has arrived. */
export function waitForLine(
  sumo: Sumo,
  matches: (line: LogLine) => boolean,
  timeoutMs = 60_000,
): Promise<void> {
  return sumo.waitForRecords(({ body }) => matches(parseLine(body)), timeoutMs)
}

/** Resolves once each of these updates has its line. */
export function waitForUpdates(sumo: Sumo, updates: number[], timeoutMs = 60_000): Promise<void> {
  const awaited = new Set<number | undefined>(updates)
  const isLast = ({ update_id }: LogLine) => awaited.delete(update_id) && awaited.size === 0
  return waitForLine(sumo, isLast, timeoutMs)
}
