import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import packageJson from '../../../package.json' with { type: 'json' }
import { memory } from '../start/process.ts'
import { type Client, startClient } from '../updates/client.ts'
import { createLoad } from './load.ts'
import type { Point } from './plot.ts'
import { startLeanTelegram } from './telegram.ts'

export const PEOPLE = 500
export const PER_SECOND = 500
/** Updates before anything is measured: code that V8 has yet to compile would be the first decade's. */
const WARM_UP = 5000
/** How long the latency is looked at after each decade. */
const LOOK_UPDATES = 1000
const SAMPLE_MS = 2000
/** The flags of `npm start`. */
const FLAGS = packageJson.scripts.start.split(' ').filter((argument) => /^--(?!env-file)/.test(argument))

interface Bench {
  load: ReturnType<typeof createLoad>
  rss(): number
  /** The CPU that each of `updates` took while `work` sent them, µs. */
  cpuOf(updates: number, work: () => Promise<unknown>): Promise<number>
}

/** Runs a client against a Telegram of its own. */
async function withClient<T>(client: Client, measure: (bench: Bench) => Promise<T>): Promise<T> {
  const telegram = await startLeanTelegram()
  const logDir = mkdtempSync(join(tmpdir(), 'bench-growth-'))
  const env = { TELEGRAM_TOKEN: `1:${'x'.repeat(35)}`, TELEGRAM_API_ROOT: telegram.url, LOG_DIR: logDir }
  const running = await startClient(client, env, client.script === 'bot/main.ts' ? FLAGS : [])
  try {
    while (!telegram.polled) await Promise.race([sleep(10), running.ended])
    const load = createLoad(telegram, running.ended)
    await load.flood(WARM_UP, PEOPLE)
    return await measure({
      load,
      rss: () => memory(running).rss_mb,
      async cpuOf(updates, work) {
        const before = await running.cpu()
        await work()
        return ((await running.cpu()) - before) / updates
      },
    })
  } finally {
    await running.stop()
    await telegram.close()
    rmSync(logDir, { recursive: true })
  }
}

export interface Decade {
  size: number
  /** µs an update. */
  cpu: number
  /** ms. */
  p99: number
  /** MB at the end of the work, and when it has rested. */
  rss: number
  rested: number
}

/** One process works through the decades, one after the other, and rests after each. */
export function grow(
  client: Client,
  work: { size: number; updates: number; chats: number }[],
  restMs: number,
) {
  return withClient(client, async (bench) => {
    const decades: Decade[] = []
    for (const { size, updates, chats } of work) {
      const cpu = await bench.cpuOf(updates, () => bench.load.flood(updates, chats))
      const p99 = await bench.load.steady(LOOK_UPDATES, PER_SECOND, chats)
      const rss = bench.rss()
      await sleep(restMs)
      const decade = { size, cpu, p99, rss, rested: bench.rss() }
      process.stderr.write(`${client.name}: ${JSON.stringify(decade)}\n`)
      decades.push(decade)
    }
    return decades
  })
}

/** A steady load for a long time. @returns its cost, and the memory in MB as the seconds go by */
export function soak(client: Client, updates: number, restMs: number) {
  return withClient(client, async (bench) => {
    const memory: Point[] = []
    const start = performance.now()
    const look = () => void memory.push({ x: (performance.now() - start) / 1000, y: bench.rss() })
    const timer = setInterval(look, SAMPLE_MS)
    let p99 = Number.NaN
    const cpu = await bench.cpuOf(updates, async () => {
      p99 = await bench.load.steady(updates, PER_SECOND, PEOPLE)
    })
    clearInterval(timer)
    look()
    await sleep(restMs)
    process.stderr.write(`${client.name}: ${JSON.stringify({ cpu, p99, rested: bench.rss() })}\n`)
    return { cpu, p99, memory, rested: bench.rss() }
  })
}
