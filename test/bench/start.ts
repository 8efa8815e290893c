// How long the bot takes to start and what it needs at rest: npm run bench:start -- [--rounds N] [--idle SECONDS] [--write]
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startTelegram } from '../standins/telegram/server.ts'
import { circumstances, markdownTable, writeSection } from './document.ts'
import { type Measures, medianOf, runInTurn } from './harness.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const CASES = [
  { name: 'cold', cached: false },
  { name: 'warm compile cache, as in the image', cached: true },
]

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    idle: { type: 'string', default: '60' },
    write: { type: 'boolean', default: false },
  },
})
const idleSeconds = Number(values.idle)

const telegram = await startTelegram({ record: false })
const dir = mkdtempSync(join(tmpdir(), 'bench-start-'))

/** @param idle seconds between its first held poll and the look at it */
async function start({ cached }: (typeof CASES)[number], idle: number): Promise<Measures> {
  const token = telegram.newToken()
  const bot = telegram.bot(token)
  const child = spawn(process.execPath, ['bot/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      TELEGRAM_TOKEN: token,
      TELEGRAM_API_ROOT: telegram.url,
      LOG_DIR: join(dir, 'logs'),
      PORT: '0',
      ...(cached && { NODE_COMPILE_CACHE: join(dir, 'cache') }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout?.resume()
  const started = performance.now()
  // The first poll returns at once, and the next one is held: it came a round trip later.
  while (!bot.polled) {
    if (child.exitCode !== null) throw new Error(`the bot ended with ${child.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const first_poll_ms = performance.now() - started
  await new Promise((resolve) => setTimeout(resolve, (idle * 1000) / 2))
  const cpuBefore = cpuSeconds(child)
  await new Promise((resolve) => setTimeout(resolve, (idle * 1000) / 2))
  const cpu_percent = ((cpuSeconds(child) - cpuBefore) / (idle / 2)) * 100
  const rss_mb = rssMegabytes(child)
  child.kill()
  await once(child, 'exit')
  return { first_poll_ms, rss_mb, cpu_percent }
}

function rssMegabytes({ pid }: ChildProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** User and system time of all threads; Linux counts it in hundredths. */
function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

for (const each of CASES.filter(({ cached }) => cached)) await start(each, 0) // fills the cache
const rows = await runInTurn(CASES, Number(values.rounds), (each) => start(each, idleSeconds))
await telegram.close()
rmSync(dir, { recursive: true })

const table = markdownTable(
  ['start', 'to the first poll ms', 'RSS MB', 'CPU % of a core'],
  rows.map((row) => [
    row.name,
    medianOf(row, 'first_poll_ms').toFixed(0),
    medianOf(row, 'rss_mb').toFixed(0),
    medianOf(row, 'cpu_percent').toFixed(2),
  ]),
)
const about = `Memory ${idleSeconds} s after the start without an update, CPU in the second half of that time; median of ${values.rounds}.`
const body = [circumstances('npm run bench:start -- --write'), about, table].join('\n\n')
console.log(body)
if (values.write) writeSection('Start', body)
