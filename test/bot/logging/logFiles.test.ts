// What others do to the directory beneath the log.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { newFolder } from '../../support/folder.ts'
import { readLog } from '../../support/logFiles.ts'
import { createTestLogger } from '../../support/testLogger.ts'

const KB = 1024
const SIZE = 256 * KB
const LOOK_MS = 100

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

const today = () => new Date().toISOString().slice(0, 10)

function start(dir: string, maxFiles = 50) {
  const before = process.listeners('exit')
  const { logger, lines, stats, close } = createTestLogger({ files: { dir, maxFileSize: SIZE, maxFiles } })
  const exit = process.listeners('exit').find((listener) => !before.includes(listener))
  onTestFinished(() => void (exit && process.off('exit', exit)))
  let index = 0
  /** Lines of ticks of their own. */
  const log = async (count: number, padding = '') => {
    for (let i = 0; i < count; i++) {
      logger.info('counted', { index: index++, padding })
      await new Promise(setImmediate)
    }
  }
  return { logger, lines, stats, close, exit, log }
}

const indices = (dir: string) =>
  readLog(dir).lines.flatMap(({ index }) => (index === undefined ? [] : [Number(index)]))
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

test.for<[string, (dir: string, file: string, aside: string) => void]>([
  ['a file that is renamed', (_dir, file, aside) => renameSync(file, join(aside, 'old'))],
  [
    'a file that is renamed and made anew, as logrotate does',
    (_dir, file, aside) => {
      renameSync(file, join(aside, 'old'))
      writeFileSync(file, '', { mode: 0o640 })
    },
  ],
  ['a folder that is renamed', (dir, _file, aside) => renameSync(dir, join(aside, 'old'))],
  [
    'a folder that is renamed and made anew, as a remount does',
    (dir, _file, aside) => {
      renameSync(dir, join(aside, 'old'))
      mkdirSync(dir)
    },
  ],
  ['a file that is deleted', (_dir, file) => rmSync(file)],
  ['a folder that is deleted', (dir) => rmSync(dir, { recursive: true })],
  [
    'a folder that is replaced by a link to another',
    (dir, _file, aside) => {
      renameSync(dir, join(aside, 'old'))
      mkdirSync(join(aside, 'other'))
      symlinkSync(join(aside, 'other'), dir)
    },
  ],
])('%s: every line after it is at the path, and at most 100 ms of lines come twice', async ([, change]) => {
  const dir = join(newFolder(), 'logs')
  const { log, close, stats } = start(dir)
  await log(5)
  vi.advanceTimersByTime(LOOK_MS)
  await log(5) // the first of them is looked at
  const [file = ''] = readLog(dir).files
  change(dir, join(dir, file), newFolder())
  await log(5) // astray
  vi.advanceTimersByTime(LOOK_MS)
  await log(5) // the first of them is looked at, and brings back the others
  expect(indices(dir)).toEqual(range(6, 20))
  expect(await close(1000)).toBe(true)
  expect(indices(dir)).toEqual(range(6, 20))
  expect(stats()).toMatchObject({ errors: 0, droppedLines: 0 })
})

test.for(['close', 'exit'])(
  'lines that go astray just before the end are brought back by %s',
  async (end) => {
    const dir = join(newFolder(), 'logs')
    const { log, close, exit } = start(dir)
    await log(5)
    renameSync(dir, join(newFolder(), 'old'))
    await log(5)
    if (end === 'close') await close(1000)
    else exit?.(0)
    expect(indices(dir)).toEqual(range(1, 10))
  },
)

test('lines that went astray just before a rotation are brought back', async () => {
  const dir = join(newFolder(), 'logs')
  const { log, close } = start(dir)
  await log(5)
  renameSync(dir, join(newFolder(), 'old'))
  await log(2 * (SIZE / KB), 'x'.repeat(KB))
  await close(1000)
  expect(new Set(indices(dir))).toEqual(new Set(range(1, 5 + 2 * (SIZE / KB))))
  expect(readLog(dir).torn).toBe(0)
})

test('a file that is cut, as logrotate with copytruncate does, is gone on with', async () => {
  const dir = newFolder()
  const { log, close } = start(dir)
  await log(5)
  const [file = ''] = readLog(dir).files
  truncateSync(join(dir, file))
  vi.advanceTimersByTime(LOOK_MS)
  await log(5)
  await close(1000)
  expect(indices(dir)).toEqual(range(5, 10))
})

test.for<[string, (path: string) => void]>([
  ['a folder', (path) => mkdirSync(path)],
  ['a dangling link', (path) => symlinkSync('/nowhere/at/all', path)],
  ['a link to a file elsewhere', (path) => symlinkSync(join(newFolder(), 'elsewhere'), path)],
  ['a named pipe', (path) => execFileSync('mkfifo', [path])],
])('%s of the log’s name is passed over, at the start and by a rotation', async ([, make]) => {
  const dir = newFolder()
  make(join(dir, `bot-${today()}.log`))
  make(join(dir, `bot-${today()}.2.log`))
  const { log, close, stats } = start(dir)
  await log(2.5 * (SIZE / KB), 'x'.repeat(KB))
  await close(1000)
  expect(stats().errors).toBe(0)
  const regular = readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.log'))
    .map(({ name }) => name)
  expect(regular.sort()).toEqual([1, 3, 4, 5].map((number) => `bot-${today()}.${number}.log`))
  const written = regular.flatMap((name) => readFileSync(join(dir, name), 'utf8').match(/"index":\d+/g) ?? [])
  expect(written).toHaveLength(2.5 * (SIZE / KB))
})

test('a file of a later day gets no line, and is the first to go', async () => {
  const dir = newFolder()
  writeFileSync(join(dir, 'bot-2999-01-01.log'), 'future\n')
  writeFileSync(join(dir, `bot-2026-01-01.log`), 'past\n')
  const { log, close } = start(dir, 3)
  await log(5)
  expect(readFileSync(join(dir, 'bot-2999-01-01.log'), 'utf8')).toBe('future\n')
  await log(SIZE / KB, 'x'.repeat(KB))
  await close(1000)
  expect(readLog(dir).files).toEqual(['bot-2026-01-01.log', `bot-${today()}.log`, `bot-${today()}.1.log`])
})

test('a clock that is set back over midnight lets no file outgrow its size', async () => {
  vi.setSystemTime(Date.UTC(2026, 0, 1, 12))
  const dir = newFolder()
  const { log, close } = start(dir)
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    now: Date.UTC(2026, 0, 1, 12),
  })
  await log(0.8 * (SIZE / KB), 'x'.repeat(KB))
  vi.setSystemTime(Date.UTC(2026, 0, 2))
  await log(5)
  vi.setSystemTime(Date.UTC(2026, 0, 1, 23))
  await log(0.8 * (SIZE / KB), 'x'.repeat(KB))
  await close(1000)
  for (const file of readLog(dir).files) expect(statSync(join(dir, file)).size).toBeLessThan(SIZE + 64 * KB)
  expect(indices(dir).toSorted((a, b) => a - b)).toEqual(range(0, 5 + 2 * Math.ceil(0.8 * (SIZE / KB))))
})

test('three hundred old files are cut down to the limit at the start', async () => {
  const dir = newFolder()
  for (let n = 1; n <= 300; n++) writeFileSync(join(dir, `bot-${today()}.${n}.log`), 'old\n')
  const { log } = start(dir, 5)
  await log(1)
  expect(readLog(dir).files).toHaveLength(5)
  expect(existsSync(join(dir, `bot-${today()}.300.log`))).toBe(true)
})
