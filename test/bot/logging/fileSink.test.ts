import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { newFolder } from '../../support/folder.ts'
import { readLog } from '../../support/logFiles.ts'
import { createTestLogger } from '../../support/testLogger.ts'

const KB = 1024
const HOUR_MS = 60 * 60 * 1000
const SIZE = 256 * KB

afterEach(() => void vi.useRealTimers())

function start(dir: string, maxFiles = 5) {
  const before = process.listeners('exit')
  const { logger, stats, close } = createTestLogger({
    files: { dir, maxFileSize: SIZE, maxFiles, header: { log_level: 'info' } },
  })
  const exit = process.listeners('exit').find((listener) => !before.includes(listener))
  onTestFinished(() => void (exit && process.off('exit', exit)))
  /** Logs about so many files of lines. */
  const fill = (files: number) => {
    for (let bytes = 0; bytes < files * SIZE; bytes += KB) {
      logger.info('counted', { padding: 'x'.repeat(KB - 200) })
    }
  }
  return { logger, stats, close, exit, fill, tick: () => new Promise(setImmediate) }
}

/** A file of an earlier start, last written some hours ago. */
function leave(dir: string, name: string, hoursAgo: number, bytes = SIZE): void {
  writeFileSync(join(dir, name), `${'x'.repeat(bytes)}\n`)
  const at = new Date(Date.now() - hoursAgo * HOUR_MS)
  utimesSync(join(dir, name), at, at)
}

/** A directory that cannot be made until it heals: a file has its name. */
function refuse(): { dir: string; heal: () => void } {
  const dir = join(newFolder(), 'logs')
  writeFileSync(dir, '')
  return { dir, heal: () => rmSync(dir) }
}

const today = () => new Date().toISOString().slice(0, 10)
const bytesIn = (dir: string) =>
  readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)

test('each new file begins with a line that is its own, longer than any fingerprint, and tells what follows', () => {
  const dir = newFolder()
  const { fill } = start(dir)
  fill(3)
  const { files, lines } = readLog(dir)
  const headers = lines.filter(({ message }) => message === 'log file opened')
  expect(headers).toHaveLength(files.length)
  expect(headers[0]).toMatchObject({
    seq: 1,
    version: '0',
    log_level: 'info',
    schema: expect.any(String),
  })
  for (const header of headers) expect(JSON.stringify(header).length).toBeGreaterThan(2048)
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1))
})

test('the lines of a burst are in the order of their seq from file to file, however many bytes their characters take', async () => {
  for (const text of ['x'.repeat(3000), '語'.repeat(1000)]) {
    const dir = newFolder()
    const { logger, close } = start(dir)
    for (let i = 0; i < 300; i++) logger.info('counted', { text })
    await close(1000)
    const { files, lines } = readLog(dir)
    expect(files.length).toBeGreaterThan(3)
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1))
  }
})

test('the files are named by day and number, readable for the group, and all match *.log', () => {
  const dir = newFolder()
  start(dir).fill(2)
  const names = readdirSync(dir).filter((name) => !name.startsWith('.'))
  expect(names.sort()).toEqual([`bot-${today()}.1.log`, `bot-${today()}.2.log`, `bot-${today()}.log`])
  for (const name of names) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o640)
})

test('a start goes on with the newest file while there is room, without a header', async () => {
  const dir = newFolder()
  leave(dir, `bot-${today()}.1.log`, 2)
  leave(dir, `bot-${today()}.2.log`, 1, 10)
  const { logger, tick } = start(dir)
  logger.info('counted')
  await tick()
  expect(readLog(dir).files).toHaveLength(2)
  expect(statSync(join(dir, `bot-${today()}.2.log`)).size).toBeGreaterThan(100)
  expect(readLog(dir).lines.map(({ message }) => message)).toEqual(['counted'])
})

test('the day of UTC begins a new file', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1, 23, 59, 59, 999) })
  const dir = newFolder()
  const { logger, tick } = start(dir)
  logger.info('before')
  await tick()
  vi.setSystemTime(Date.UTC(2026, 0, 2))
  logger.info('after')
  await tick()
  const { files, lines } = readLog(dir)
  expect(files).toEqual(['bot-2026-01-01.log', 'bot-2026-01-02.log'])
  expect(lines.map(({ message }) => message)).toEqual([
    'log file opened',
    'before',
    'log file opened',
    'after',
  ])
})

test.for(['not JSON', '', 'null', '{}', '{"files":[{"name":"/etc/passwd"}]}'])(
  'old files are deleted though the list of them is spoilt: %s',
  (audit) => {
    const dir = newFolder()
    for (const n of [1, 2, 3, 4, 5, 6]) leave(dir, `bot-2026-01-0${n}.log`, 10 - n)
    writeFileSync(join(dir, '.bot-audit.json'), audit)
    const { stats, fill } = start(dir, 3)
    fill(1.1)
    expect(readLog(dir).files).toEqual(['bot-2026-01-06.log', `bot-${today()}.log`, `bot-${today()}.1.log`])
    expect(stats()).toMatchObject({ errors: 0 })
  },
)

test('files are deleted by their number alone: a burst waits for nothing, and the directory stays small', () => {
  const dir = newFolder()
  const { stats, fill } = start(dir, 2)
  fill(12)
  expect(stats()).toMatchObject({ backlogBytes: 0, droppedLines: 0 })
  expect(readLog(dir).files).toHaveLength(2)
  expect(bytesIn(dir)).toBeLessThan(3 * (SIZE + 64 * KB) + KB * KB)
})

test('what exceeds the backlog is dropped and counted, and a line says so when it heals', () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  const { dir, heal } = refuse()
  const { stats, fill } = start(dir)
  fill(12)
  const { droppedLines } = stats()
  expect(droppedLines).toBeGreaterThan(0)
  heal()
  vi.advanceTimersByTime(1000)
  const { lines } = readLog(dir)
  expect(lines.find((line) => 'dropped_lines' in line)).toMatchObject({
    level: 'warn',
    dropped_lines: droppedLines,
  })
  expect(stats().backlogBytes).toBe(0)
})

test('a process that exits while lines wait writes them to the end of the current file', () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  const { dir, heal } = refuse()
  const { stats, fill, exit } = start(dir, 2)
  fill(4)
  heal()
  exit?.(0)
  const log = readLog(dir)
  expect(log.files).toHaveLength(1)
  expect(log.lines.filter(({ message }) => message === 'counted')).toHaveLength(4 * (SIZE / KB))
  expect(bytesIn(dir)).toBeLessThan(3 * (SIZE + 64 * KB) + KB * KB)
  expect(stats()).toMatchObject({ backlogBytes: 0 })
})

test('a clock that was set back holds nothing up: files of the future are as good as old', async () => {
  const dir = newFolder()
  for (const n of [1, 2, 3, 4]) leave(dir, `bot-${today()}.${n}.log`, -1)
  leave(dir, `bot-${today()}.5.log`, 0)
  const { stats, fill, tick } = start(dir)
  fill(1.5)
  await tick()
  expect(stats()).toMatchObject({ droppedLines: 0, backlogBytes: 0 })
})
