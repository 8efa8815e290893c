// Ours, its peers and the limit, in turn: npm run bench:log -- [--lines N] [--rounds N] [--only NAME,…] [--write]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { circumstances, markdownTable, writeSection } from './document.ts'
import { type Measures, measureChild, medianOf, type Row, ratioTo, runInTurn } from './harness.ts'

const LIMIT = 'limit: JSON.stringify + 64 KB writeSync'
const PINO_SYNC = 'pino, sync'
const PINO_BOTH = 'pino, sync, file + stdout'
/** Name, module under log/ and its export. */
const CASES = [
  { name: LIMIT, module: 'limit', open: 'stringifyAndWrite' },
  { name: '**bitácora**, file', module: 'bitacora', open: 'file' },
  { name: '**bitácora**, file + stdout', module: 'bitacora', open: 'fileAndStdout' },
  { name: PINO_SYNC, module: 'pino', open: 'sync' },
  { name: PINO_BOTH, module: 'pino', open: 'fileAndStdout' },
  { name: 'pino, sync, minLength 4096', module: 'pino', open: 'minLength' },
  { name: 'pino, worker with pino-roll', module: 'pino', open: 'roll' },
  { name: 'winston + daily-rotate-file, textbook', module: 'winston', open: 'textbook' },
  { name: 'winston + daily-rotate-file, file + stdout', module: 'winston', open: 'fileAndStdout' },
  { name: 'bunyan, rotating-file', module: 'bunyan', open: 'rotatingFile' },
  { name: 'roarr to a WriteStream', module: 'roarr', open: 'writeStream' },
  { name: '@logtape/file, rotating', module: 'logtape', open: 'rotatingFile' },
]

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})
const lines = Number(values.lines)
const rounds = Number(values.rounds)
const wanted = values.only.split(',')
const cases = CASES.filter(({ module }) => values.only === '' || wanted.includes(module))

async function run(each: (typeof CASES)[number], count: number, tick: number): Promise<Measures> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-log-'))
  try {
    const args = Object.entries({ module: each.module, open: each.open, dir, lines: count, tick })
    const measures = await measureChild(
      new URL('log/case.ts', import.meta.url),
      args.map(([name, value]) => `--${name}=${value}`),
    )
    const { wall_ms = Number.NaN, cpu_us = Number.NaN } = measures
    return { ...measures, rate: count / wall_ms, cpu: cpu_us / count, written: linesIn(dir) }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

/** Lines of updates; headers and other lines of a logger's own do not count. */
function linesIn(dir: string): number {
  let count = 0
  for (const file of readdirSync(dir)) {
    const content = readFileSync(join(dir, file))
    for (let at = -1; ; count++) {
      at = content.indexOf('"update_id":', at + 1)
      if (at === -1) break
    }
  }
  return count
}

const HEADER = [
  'logger',
  'k lines/s',
  'CPU µs/line',
  '× limit',
  '× pino sync',
  '× pino, both',
  'peak RSS MB',
  'loop delay p99 ms',
  'call p99 µs',
  'disabled debug ns',
  'lines on disk',
]

function table(rows: Row[]): string {
  const ratio = (name: string, row: Row) => {
    const base = rows.find((each) => each.name === name)
    return base ? ratioTo(base, row, 'cpu').toFixed(2) : '–'
  }
  return markdownTable(
    HEADER,
    rows.map((row) => {
      const digits = (measure: string, count: number) => {
        const value = medianOf(row, measure)
        return Number.isNaN(value) ? '–' : value.toFixed(count)
      }
      return [
        row.name,
        digits('rate', 0),
        digits('cpu', 2),
        ratio(LIMIT, row),
        ratio(PINO_SYNC, row),
        ratio(PINO_BOTH, row),
        digits('rss_mb', 0),
        digits('loop_p99_ms', 1),
        digits('call_p99_us', 1),
        digits('debug_ns', 0),
        Math.min(...row.rounds.map(({ written }) => written ?? Number.NaN)).toLocaleString('en'),
      ]
    }),
  )
}

const sections = []
for (const { tick, count } of [
  { tick: 100, count: lines },
  { tick: 10, count: lines / 5 },
  { tick: 1, count: lines / 5 },
]) {
  const rows = await runInTurn(cases, rounds, (each) => run(each, count, tick))
  sections.push(`### ${tick} a tick, ${count.toLocaleString('en')} lines\n\n${table(rows)}`)
}
const command = ['npm run bench:log --', ...process.argv.slice(2)].join(' ')
const body = [circumstances(command), ...sections].join('\n\n')
console.log(body)
if (values.write) writeSection('Logging', body)
