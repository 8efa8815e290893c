// How long the bot takes to start and what it needs at rest, beside what a user would write instead:
// npm run bench:start -- [--rounds N] [--idle SECONDS] [--write]
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { startTelegram } from '../standins/telegram/server.ts'
import { circumstances, markdownTable, writeSection } from './document.ts'
import { type Measures, medianOf, type Row, ratioTo } from './harness.ts'
import { cpuSeconds, memory } from './start/process.ts'

const ROOT = new URL('../..', import.meta.url).pathname
/** The arguments of `npm start`. */
const BITACORA = packageJson.scripts.start.split(' ').slice(1)
const BARE = ['test/bench/start/bare.js']
const CASES = [
  { name: 'bare bot, cold', args: BARE, cached: false },
  { name: '**bitácora**, cold', args: BITACORA, cached: false },
  { name: 'bare bot, warm compile cache', args: BARE, cached: true },
  { name: '**bitácora**, warm compile cache, as in the image', args: BITACORA, cached: true },
]

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    idle: { type: 'string', default: '60' },
    write: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const idleSeconds = Number(values.idle)

const telegram = await startTelegram({ record: false })
const dir = mkdtempSync(join(tmpdir(), 'bench-start-'))

/** Starts a bot. @returns it at its first held poll, and the time and the CPU until then */
async function launch({ args, cached }: (typeof CASES)[number]) {
  const token = telegram.newToken()
  const bot = telegram.bot(token)
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      TELEGRAM_TOKEN: token,
      TELEGRAM_API_ROOT: telegram.url,
      LOG_DIR: mkdtempSync(join(dir, 'logs-')),
      PORT: '0',
      ...(cached && { NODE_COMPILE_CACHE: join(dir, 'cache') }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  child.stdout?.resume()
  const started = performance.now()
  // bitácora's first poll returns at once, and its next one is held: it came a round trip later.
  while (!bot.polled) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended with ${child.exitCode}`)
    await sleep(1)
  }
  return { child, first_poll_ms: performance.now() - started, first_poll_cpu_ms: cpuSeconds(child) * 1000 }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill()
  await once(child, 'exit')
}

/** Starts all of them, one after the other, and looks at them when they have rested. */
async function runRound(): Promise<Measures[]> {
  const running: Awaited<ReturnType<typeof launch>>[] = []
  for (const each of CASES) running.push(await launch(each))
  await sleep((idleSeconds * 1000) / 2)
  const before = running.map(({ child }) => cpuSeconds(child))
  await sleep((idleSeconds * 1000) / 2)
  const measures = running.map(({ child, ...start }, index) => ({
    ...start,
    ...memory(child),
    cpu_percent: ((cpuSeconds(child) - (before[index] ?? 0)) / (idleSeconds / 2)) * 100,
  }))
  await Promise.all(running.map(({ child }) => stop(child)))
  return measures
}

// Twice: what the first start compiles only while it runs is in the cache of the second.
for (const each of [...CASES, ...CASES].filter(({ cached }) => cached)) {
  const { child } = await launch(each)
  await stop(child)
}
const rows: Row[] = CASES.map(({ name }) => ({ name, rounds: [] }))
for (let round = 1; round <= rounds; round++) {
  for (const [index, measures] of (await runRound()).entries()) {
    process.stderr.write(`round ${round}/${rounds} ${CASES[index]?.name}: ${JSON.stringify(measures)}\n`)
    rows[index]?.rounds.push(measures)
  }
}
await telegram.close()
rmSync(dir, { recursive: true })

/** A measure and its ratio to that of the bare bot with the same cache. */
function cells(row: Row, index: number, measure: string): string[] {
  const bare = rows[CASES.findIndex(({ args, cached }) => args === BARE && cached === CASES[index]?.cached)]
  return [medianOf(row, measure).toFixed(0), bare ? ratioTo(bare, row, measure).toFixed(2) : '–']
}

const table = markdownTable(
  [
    'start',
    'to the first poll ms',
    '× bare',
    'RSS MB',
    '× bare',
    'anonymous MB',
    '× bare',
    'CPU % of a core',
  ],
  rows.map((row, index) => [
    row.name,
    ...['first_poll_ms', 'first_poll_cpu_ms', 'rss_mb', 'anonymous_mb'].flatMap((measure) =>
      cells(row, index, measure),
    ),
    medianOf(row, 'cpu_percent').toFixed(2),
  ]),
)
const about = `The bare bot is telegraf's \`launch()\`, winston with winston-daily-rotate-file, and one command (test/bench/start/bare.js). Memory ${idleSeconds} s after the start without an update, CPU in the second half of that time; median of ${rounds}, started in turn.`
const body = [circumstances('npm run bench:start -- --write'), about, table].join('\n\n')
console.log(body)
if (values.write) writeSection('Start', body)
