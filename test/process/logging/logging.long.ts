import { expect, test } from 'vitest'
import { endByCrash, endBySigkill, endBySigterm } from './ends.ts'
import { newFolder, run } from './parent.ts'

const TIMES = 25
/** Different moments, so that the ends fall on every place of a tick, a batch and a file. */
const moment = (time: number) => 200 + time * 317

test.for([
  ['SIGTERM', endBySigterm],
  ['a crash', endByCrash],
  ['SIGKILL', endBySigkill],
] as const)(`${TIMES} times under load: %s`, async ([, end]) => {
  for (let time = 0; time < TIMES; time++) await end(moment(time))
})

test('a million lines in ticks of 100, over many files: all of them, once', async () => {
  const plan = { dir: newFolder(), maxFileSize: 10 * 1024 ** 2, steps: [{ log: 1_000_000, perTick: 100 }] }
  const { count, torn } = await run({ ...plan, steps: [...plan.steps, { end: 'close' }] })
  expect(count).toMatchObject({ missing: 0, duplicates: 0 })
  expect(count.lines).toBeGreaterThan(1_000_000)
  expect(torn).toBe(0)
})

test('a million lines in one tick: all of them, once', async () => {
  const { count } = await run({ dir: newFolder(), steps: [{ log: 1_000_000 }, { end: 'exit' }] })
  expect(count).toMatchObject({ missing: 0, duplicates: 0 })
  expect(count.lines).toBeGreaterThan(1_000_000)
})
