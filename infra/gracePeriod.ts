import { DRAIN_MS, LOG_CLOSE_MS, WEBHOOK_ACCEPT_MS } from '../bot/deadlines.ts'
import type { Collector } from './collector/collector.ts'

/**
 * terminationGracePeriodSeconds, the sum of what a stop may take: the bot drains, closes its log and lingers, then
 * the collector, which gets its SIGTERM after the bot's exit, sends what it has.
 */
export function gracePeriodSeconds(collector: Collector, webhook: boolean): number {
  const { lingerMs, flushMs } = collector
  const total = (webhook ? WEBHOOK_ACCEPT_MS : 0) + DRAIN_MS + LOG_CLOSE_MS + lingerMs + flushMs
  return Math.ceil(total / 1000)
}
