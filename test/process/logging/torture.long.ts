import { expect, test } from 'vitest'
import { runRound } from './torture.ts'

const ROUNDS = 25
/** Another one finds other moments; the same one the same troubles. */
const SEED = Number(process.env.TORTURE_SEED ?? 1)

test.for([0, 1, 2, 3, 4, 5, 6, 7])(
  `${ROUNDS} rounds of random trouble lose no line that is not counted (%i)`,
  async (part) => {
    const bad = []
    let lines = 0
    for (let seed = SEED + part * ROUNDS; seed < SEED + (part + 1) * ROUNDS; seed++) {
      const round = await runRound(seed)
      lines += round.made
      const torn = round.end === 'SIGKILL' ? 1 : 0 // the line that the kill broke off
      if (round.lost > 0 || round.torn > torn || round.malformed > 0) bad.push(round)
    }
    console.log(`${ROUNDS} rounds, ${lines.toLocaleString('en')} lines`)
    expect(bad).toEqual([])
  },
)
