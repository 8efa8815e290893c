import { CONFIRM_MS, DRAIN_MS, LOG_CLOSE_MS, WEBHOOK_ACCEPT_MS } from '../bot/deadlines.ts'
import type { Collector } from './collector/collector.ts'

/**
 * terminationGracePeriodSeconds, the sum of what a stop may take: the bot drains, confirms what it polled, closes its
 * log and lingers, then the collector, which gets its SIGTERM after the bot's exit, sends what it has.
 */
export function gracePeriodSeconds(collector: Collector, webhook: boolean): number {
  const { lingerMs, flushMs } = collector
  const receiving = webhook ? WEBHOOK_ACCEPT_MS : CONFIRM_MS
  const total = receiving + DRAIN_MS + LOG_CLOSE_MS + lingerMs + flushMs
  return Math.ceil(total / 1000)
}
