import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../bot/clock.ts'

/** A clock whose sleeps take no time and move it on; every wait of a backoff is its longest. */
export function createQuickClock(): Clock & { sleeps: number[] } {
  let time = 1_800_000_000_000
  const sleeps: number[] = []
  return {
    sleeps,
    now: () => time,
    random: () => 1,
    async sleep(ms) {
      sleeps.push(ms)
      time += ms
      await setImmediate()
    },
  }
}
