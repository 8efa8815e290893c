import { expect, test } from 'vitest'
import { countBoot, readLog } from '../../support/logFiles.ts'
import { newFolder, startChild } from './parent.ts'

test('a reader of stdout that stalls delays nobody: the volume has every line, stdout drops and counts', async () => {
  const dir = newFolder()
  const child = startChild({ dir, stdout: true, steps: [{ log: 20_000, perTick: 100 }] })
  child.process.stdout?.pause()
  const { stdoutDropped } = await child.report(({ done }) => done === 0)
  expect(stdoutDropped).toBeGreaterThan(0)
  const { lines } = readLog(dir)
  expect(countBoot(lines)).toMatchObject({ missing: 0, duplicates: 0 })
  expect(lines.filter(({ message }) => message === 'counted')).toHaveLength(20_000)
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
})

test('a reader of stdout that leaves costs nothing but its lines', async () => {
  const dir = newFolder()
  const child = startChild({ dir, stdout: true, steps: [{ log: 10 }] })
  await child.report(({ done }) => done === 0)
  child.process.stdout?.destroy()
  child.ask({ log: 1000, perTick: 10 })
  await child.report(({ done }) => done === 1)
  child.ask({ end: 'close' })
  expect(await child.ended).toBe(0)
  expect(countBoot(readLog(dir).lines)).toMatchObject({ missing: 0, lines: 1011 })
})

test('a reader that keeps up gets on stdout what is on the volume, the last words of a crash too', async () => {
  const dir = newFolder()
  const child = startChild({ dir, stdout: true, steps: [{ log: 2000, perTick: 100 }] })
  let text = ''
  child.process.stdout?.on('data', (chunk) => {
    text += chunk
  })
  await expect.poll(() => text.split('\n')).toHaveLength(2001)
  child.ask({ end: 'crash' })
  await new Promise((resolve) => child.process.stdout?.on('close', resolve))
  const volume = readLog(dir).lines.filter(({ message }) => message !== 'log file opened')
  expect(volume).toHaveLength(2001)
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(volume)
})
