import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { countBoot, readLog } from '../../support/logFiles.ts'
import { newFolder, startChild } from './parent.ts'

/** A small disk of its own, or undefined where mounting is not allowed. */
function mountDisk(megabytes: number): string | undefined {
  const dir = join(newFolder(), 'disk')
  mkdirSync(dir)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'tmpfs', dir], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', dir]))
  return dir
}

/** Leaves so many bytes free; the return value gives the space back. */
function fill(disk: string, free: number): () => void {
  const { bavail, bsize } = statfsSync(disk)
  const file = join(disk, 'filler')
  writeFileSync(file, Buffer.alloc(bavail * bsize - free))
  return () => rmSync(file)
}

test('a full disk that is freed again: no line lost, none torn, none twice', async ({ skip }) => {
  const dir = mountDisk(8)
  if (!dir) return skip('mounting is not allowed here')
  const free = fill(dir, 100 * 1024)
  const child = startChild({ dir, steps: [{ log: 3000, perTick: 100 }] })
  const full = await child.report(({ done }) => done === 0)
  expect(full.errors).toBeGreaterThan(0)
  expect(full.dropped).toBe(0)
  free()
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
  const { lines, torn } = readLog(dir)
  expect(countBoot(lines)).toMatchObject({ missing: 0, duplicates: 0 })
  expect(torn).toBe(0)
})

test('a full disk for longer than the backlog: what is missing is counted, and a line says so', async ({
  skip,
}) => {
  const dir = mountDisk(16)
  if (!dir) return skip('mounting is not allowed here')
  const free = fill(dir, 100 * 1024)
  const child = startChild({ dir, steps: [{ log: 10_000, perTick: 100 }] })
  const { dropped, errors } = await child.report(({ done }) => done === 0)
  expect(errors).toBeGreaterThan(0)
  expect(dropped).toBeGreaterThan(0)
  free()
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
  const { lines, torn } = readLog(dir)
  expect(countBoot(lines)).toMatchObject({ missing: dropped, duplicates: 0 })
  expect(lines.find(({ dropped_lines }) => dropped_lines !== undefined)?.dropped_lines).toBe(dropped)
  expect(torn).toBe(0)
})

test('a file that is deleted while it waits for space begins anew, with all that was not seen in it', async ({
  skip,
}) => {
  const dir = mountDisk(4)
  if (!dir) return skip('mounting is not allowed here')
  const free = fill(dir, 32 * 1024)
  const child = startChild({ dir, steps: [{ log: 1000, perTick: 100 }] })
  const { errors } = await child.report(({ done }) => done === 0)
  expect(errors).toBeGreaterThan(0)
  const [file = ''] = readLog(dir).files
  expect(statSync(join(dir, file)).size).toBeGreaterThan(0)
  rmSync(join(dir, file))
  free()
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
  const { lines, torn } = readLog(dir)
  expect(countBoot(lines)).toMatchObject({ missing: 0, duplicates: 0, lines: 1002 })
  expect(torn).toBe(0)
})
