import { expect, test } from 'vitest'
import { runRound } from './torture.ts'

const ROUNDS = Number(process.env.TORTURE_ROUNDS ?? 200)
/** Another one finds other moments; the same one the same troubles. */
const SEED = Number(process.env.TORTURE_SEED ?? 1)

test(`${ROUNDS} rounds of random trouble beneath the log lose no line that is not counted`, async () => {
  const bad = []
  let lines = 0
  for (let round = 0; round < ROUNDS; round++) {
    const result = await runRound(SEED + round)
    lines += result.made
    if (process.env.TORTURE_DEBUG) console.log(round, JSON.stringify(result))
    const explained = result.end === 'SIGKILL' ? 1 : 0 // a line that the kill broke off
    if (result.lost > 0 || result.torn > explained || result.malformed > 0) bad.push(result)
  }
  console.log(`${ROUNDS} rounds from seed ${SEED}, ${lines.toLocaleString('en')} lines`)
  expect(bad).toEqual([])
})
