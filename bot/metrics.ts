import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CallRecord } from './telegram/api.ts'
import type { Loss, Receiver } from './telegram/receiver.ts'

/** The default monitor of the event loop samples every 10 ms, which alone takes 0.65 % of a core at rest; this takes a tenth. */
const EVENT_LOOP_PRECISION_MS = 100

export interface Metrics {
  registry: Registry
  onUpdate(record: { kind: string; outcome: string; seconds: number }): void
  onLoss(outcome: Loss): void
  onCall(record: CallRecord): void
  onWebhookResponse(status: number): void
  /** Shows what the receiver holds at each scrape. */
  watch(receiver: Receiver, secondsSincePoll: () => number | undefined): void
}

/** Names and units as Prometheus asks for them; every label has a bounded number of values. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS })

  const updates = new Counter({
    name: 'bitacora_updates_total',
    help: 'Updates by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const updateSeconds = new Histogram({
    name: 'bitacora_update_duration_seconds',
    help: 'Time from the start of an update to its end.',
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 50],
    registers,
  })
  const loss = (outcome: Loss, help: string) =>
    new Counter({ name: `bitacora_updates_${outcome}_total`, help, registers })
  const losses = {
    dropped: loss('dropped', 'Updates dropped because too many waited in their chat.'),
    late: loss('late', 'Updates whose handler was still running at its deadline.'),
    unfinished: loss('unfinished', 'Updates that waited or ran when the bot stopped.'),
  }
  const webhookResponses = new Counter({
    name: 'bitacora_webhook_responses_total',
    help: 'Requests of the webhook by the HTTP status that they got.',
    labelNames: ['code'],
    registers,
  })
  const calls = new Counter({
    name: 'bitacora_api_calls_total',
    help: 'Calls of the Bot API by method and code: the HTTP status, or how it failed.',
    labelNames: ['method', 'code'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'bitacora_api_call_duration_seconds',
    help: 'Time from a call of the Bot API to its answer, by method; getUpdates waits on purpose.',
    labelNames: ['method'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 35],
    registers,
  })

  function watch(receiver: Receiver, secondsSincePoll: () => number | undefined): void {
    const gauge = (name: string, help: string, read: () => number | undefined) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          const value = read()
          if (value === undefined) this.remove()
          else this.set(value)
        },
      })
    gauge('bitacora_updates_running', 'Updates whose handler runs.', () => receiver.running)
    gauge('bitacora_updates_waiting', 'Updates that wait for their turn.', () => receiver.waiting)
    gauge('bitacora_last_poll_age_seconds', 'Time since a poll settled, well or badly.', secondsSincePoll)
  }

  return {
    registry,
    onUpdate({ kind, outcome, seconds }) {
      updates.inc({ kind, outcome })
      updateSeconds.observe(seconds)
    },
    onLoss: (outcome) => losses[outcome].inc(),
    onWebhookResponse: (status) => webhookResponses.inc({ code: status }),
    onCall({ method, code, seconds }) {
      calls.inc({ method, code })
      callSeconds.observe({ method }, seconds)
    },
    watch,
  }
}
