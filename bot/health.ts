import type { Clock } from './clock.ts'

/** What Kubernetes' probes ask. */
export interface Health {
  /** Whether the process makes progress; only a restart helps where it does not. Telegram's outage is no reason. */
  isAlive(): boolean
  /** Whether it works: after the first good poll, or once the webhook is set, until it is told to stop. */
  isReady(): boolean
  /** Of the receiving loop; undefined before its first turn, and with a webhook. */
  secondsSinceTurn(): number | undefined
  /** The receiving loop went round, with or without an answer of Telegram. */
  onTurn(good: boolean): void
  onReady(): void
  onStop(): void
}

/** @param longestTurnMs what a loop that is well may take from one turn to the next */
export function createHealth(clock: Clock, longestTurnMs: number): Health {
  let lastTurn: number | undefined
  let ready = false
  let stopping = false
  const sinceTurn = () => (lastTurn === undefined ? undefined : clock.now() - lastTurn)
  return {
    isAlive: () => (sinceTurn() ?? 0) <= longestTurnMs,
    isReady: () => ready && !stopping,
    secondsSinceTurn: () => {
      const ms = sinceTurn()
      return ms === undefined ? undefined : ms / 1000
    },
    onTurn(good) {
      lastTurn = clock.now()
      if (good) ready = true
    },
    onReady() {
      ready = true
    },
    onStop() {
      stopping = true
    },
  }
}
