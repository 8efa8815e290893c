import { expect } from 'vitest'
import { countBoot, readLog } from '../../support/logFiles.ts'
import { newFolder, startChild } from './parent.ts'

const COMPLETE = { missing: 0, duplicates: 0 }
/** Small enough that most ends fall near a rotation. */
const FILE_BYTES = 256 * 1024

/** SIGTERM while the child logs: nothing may be missing, least of all the last line. */
export async function endBySigterm(afterLines: number): Promise<void> {
  const dir = newFolder()
  const child = startChild({ dir, maxFileSize: FILE_BYTES, steps: [{ logForEver: { perTick: 20 } }] })
  await child.report(({ made }) => made > afterLines)
  child.process.kill('SIGTERM')
  expect(await child.ended).toBe(0)
  const { lines, torn } = readLog(dir)
  expect(countBoot(lines)).toMatchObject(COMPLETE)
  expect(lines.some(({ message }) => message === 'last line')).toBe(true)
  expect(torn).toBe(0)
}

/** A crash while the child logs. */
export async function endByCrash(afterLines: number): Promise<void> {
  const dir = newFolder()
  const child = startChild({ dir, maxFileSize: FILE_BYTES, steps: [{ logForEver: { perTick: 20 } }] })
  await child.report(({ made }) => made > afterLines)
  child.ask({ end: 'crash' })
  expect(await child.ended).toBe(1)
  const { lines, torn } = readLog(dir)
  expect(countBoot(lines)).toMatchObject(COMPLETE)
  expect(lines.at(-1)).toMatchObject({ message: 'last line', error: { message: 'on purpose' } })
  expect(torn).toBe(0)
}

/** SIGKILL while the child logs: no gap, and all that it announced after its last finished tick. */
export async function endBySigkill(afterLines: number): Promise<void> {
  const dir = newFolder()
  const child = startChild({ dir, maxFileSize: FILE_BYTES, steps: [{ logForEver: { perTick: 100 } }] })
  await child.report(({ made }) => made > afterLines)
  child.process.kill('SIGKILL')
  expect(await child.ended).toBe('SIGKILL')
  const { missing, duplicates, prefix } = countBoot(readLog(dir).lines)
  expect({ missing, duplicates }).toEqual(COMPLETE)
  expect(prefix).toBeGreaterThanOrEqual(child.latest()?.made ?? Number.NaN)
}
