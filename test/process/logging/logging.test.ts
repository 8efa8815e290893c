import { chmodSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { countBoot, readLog } from '../../support/logFiles.ts'
import { endByCrash, endBySigkill, endBySigterm } from './ends.ts'
import { newFolder, run, startChild } from './parent.ts'

const LINES = 20_000
const COMPLETE = { missing: 0, duplicates: 0 }
const counted = (lines: { message: string }[]) => lines.filter(({ message }) => message === 'counted').length

test.for(['exit', 'close', 'finish', 'nothing', 'throw', 'crash', 'lateLine'] as const)(
  'a burst within one tick is on the volume, over many files, when the process ends by %s',
  async (end) => {
    const { lines, torn, count } = await run({ dir: newFolder(), steps: [{ log: LINES }, { end }] })
    expect(count).toMatchObject(COMPLETE)
    expect(counted(lines)).toBe(LINES)
    expect(torn).toBe(0)
    if (['throw', 'crash', 'lateLine'].includes(end)) expect(lines.at(-1)?.message).toBe('last line')
  },
)

test('a process that exits in its first tick leaves its lines', async () => {
  const { count } = await run({ dir: newFolder(), steps: [{ end: 'exit' }] })
  expect(count).toMatchObject({ ...COMPLETE, lines: 1 })
})

test('SIGTERM under load: every line is there, the last one too', () => endBySigterm(2000))

test('a crash under load: every line is there, the last one too', () => endByCrash(2000))

test('SIGKILL costs the current tick: what was announced is there, without a gap', () => endBySigkill(3000))

test('a directory that cannot be written at start gets every line once it can', async () => {
  const dir = newFolder()
  chmodSync(dir, 0o555)
  const child = startChild({ dir, steps: [{ log: 1000 }] })
  expect(await child.report(({ done }) => done === 0)).toMatchObject({ dropped: 0 })
  expect((await child.report(({ errors }) => errors > 0)).backlogBytes).toBeGreaterThan(0)
  chmodSync(dir, 0o755)
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
  const { lines } = readLog(dir)
  expect(countBoot(lines)).toMatchObject(COMPLETE)
  expect(counted(lines)).toBe(1000)
})

test('a directory that cannot be written at a rotation gets every line once it can', async () => {
  const dir = newFolder()
  const child = startChild({ dir, maxFileSize: 256 * 1024, steps: [{ log: 100 }] })
  await child.report(({ done }) => done === 0)
  chmodSync(dir, 0o555)
  child.ask({ log: 2000, perTick: 100 })
  const refused = await child.report(({ done }) => done === 1)
  expect(refused.errors).toBeGreaterThan(0)
  chmodSync(dir, 0o755)
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
  const { lines, files } = readLog(dir)
  expect(files.length).toBeGreaterThan(1)
  expect(countBoot(lines)).toMatchObject(COMPLETE)
})

test('old files that could not be deleted meanwhile are deleted at a later rotation', async () => {
  const dir = newFolder()
  for (const day of ['01', '02', '03']) {
    const file = join(dir, `bot-2026-01-${day}.log`)
    writeFileSync(file, 'old\n')
    utimesSync(file, 0, 0)
  }
  const child = startChild({ dir, maxFileSize: 256 * 1024, maxFiles: 3, steps: [{ log: 100 }] })
  await child.report(({ done }) => done === 0)
  chmodSync(dir, 0o555)
  child.ask({ log: 1000, perTick: 100 })
  expect((await child.report(({ done }) => done === 1)).errors).toBeGreaterThan(0)
  chmodSync(dir, 0o755)
  await expect.poll(() => readLog(dir).files.at(-1)).toMatch(/\.1\.log$/)
  child.ask({ log: 1000, perTick: 100 })
  await child.report(({ done }) => done === 2)
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
  expect(readLog(dir).files.filter((name) => name.includes('2026-01'))).toEqual([])
})

test('a directory that is deleted is made again: no line after it is lost, and of those in it at most the last 100 ms come again', async () => {
  const dir = join(newFolder(), 'logs')
  const child = startChild({ dir, steps: [{ log: 100 }] })
  await child.report(({ done }) => done === 0)
  rmSync(dir, { recursive: true })
  child.ask({ log: 3000, perTick: 100 })
  await child.report(({ done }) => done === 1)
  child.ask({ end: 'exit' })
  await child.ended
  const { lines } = readLog(dir)
  const { missing, duplicates } = countBoot(lines)
  expect(lines[0]?.message).toBe('log file opened')
  expect(duplicates).toBe(0)
  expect(missing).toBeLessThanOrEqual(101)
  expect(counted(lines.filter(({ seq }) => seq > 101))).toBe(3000)
})

test('a file of another user is passed over, at this start and at the next', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('only root makes files of another user')
  const dir = newFolder()
  const today = new Date().toISOString().slice(0, 10)
  writeFileSync(join(dir, `bot-${today}.log`), '', { mode: 0o600 })
  for (const starts of [1, 2]) {
    await startChild({ dir, steps: [{ log: 10 }, { end: 'exit' }] }).ended
    const { lines, files } = readLog(dir)
    expect(counted(lines)).toBe(10 * starts)
    expect(files).toEqual([`bot-${today}.log`, `bot-${today}.1.log`])
  }
})

test('a disk slower than the log delays the process and loses nothing', async () => {
  const plan = { dir: newFolder(), steps: [{ log: 10_000, perTick: 500 }, { end: 'exit' as const }] }
  const { count, lines } = await run(plan, new URL('slowDisk.ts', import.meta.url))
  expect(count).toMatchObject(COMPLETE)
  expect(counted(lines)).toBe(10_000)
})

test('a file left with a torn line is gone on with: no header, and the torn line stays alone', async () => {
  const dir = newFolder()
  const today = new Date().toISOString().slice(0, 10)
  writeFileSync(join(dir, `bot-${today}.log`), '{"seq":1}\n{"torn":', { mode: 0o666 })
  chmodSync(join(dir, `bot-${today}.log`), 0o666)
  await startChild({ dir, steps: [{ log: 10 }, { end: 'exit' }] }).ended
  const { lines, torn, files } = readLog(dir)
  expect(files).toHaveLength(1)
  expect(torn).toBe(1)
  expect(lines.map(({ message }) => message)).toEqual([undefined, ...Array(10).fill('counted')])
})
