import { expect, test } from 'vitest'
import { createMetrics } from '../../bot/metrics.ts'
import { startTelegram } from '../standins/telegram/server.ts'
import { startBotProcess } from '../support/botProcess.ts'

/** A receiver that holds this much. */
const receiver = (running: number, waiting: number) => ({ running, waiting }) as never

async function samples(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  const text = await metrics.registry.metrics()
  return text.split('\n').filter((line) => line.startsWith('bitacora_'))
}

test('updates are counted by kind and outcome, and timed in seconds', async () => {
  const metrics = createMetrics()
  metrics.onUpdate({ kind: 'message', outcome: 'ok', seconds: 0.0625 })
  metrics.onUpdate({ kind: 'message', outcome: 'ok', seconds: 0.5 })
  metrics.onUpdate({ kind: 'callback_query', outcome: 'error', seconds: 0.25 })
  metrics.onLoss('dropped')
  metrics.onLoss('late')
  metrics.onLoss('unfinished')
  metrics.onWebhookResponse(503)
  const lines = await samples(metrics)
  expect(lines).toContain('bitacora_updates_total{kind="message",outcome="ok"} 2')
  expect(lines).toContain('bitacora_updates_total{kind="callback_query",outcome="error"} 1')
  expect(lines).toContain('bitacora_update_duration_seconds_bucket{le="0.25"} 2')
  expect(lines).toContain('bitacora_update_duration_seconds_sum 0.8125')
  for (const outcome of ['dropped', 'late', 'unfinished'])
    expect(lines).toContain(`bitacora_updates_${outcome}_total 1`)
  expect(lines).toContain('bitacora_webhook_responses_total{code="503"} 1')
})

test('calls are counted by method and code, and timed by method', async () => {
  const metrics = createMetrics()
  metrics.onCall({ method: 'sendMessage', code: '200', seconds: 0.03 })
  metrics.onCall({ method: 'sendMessage', code: 'ECONNRESET', seconds: 0.5 })
  const lines = await samples(metrics)
  expect(lines).toContain('bitacora_api_calls_total{method="sendMessage",code="200"} 1')
  expect(lines).toContain('bitacora_api_calls_total{method="sendMessage",code="ECONNRESET"} 1')
  expect(lines).toContain('bitacora_api_call_duration_seconds_count{method="sendMessage"} 2')
})

test('what the receiver holds is read at each scrape', async () => {
  const metrics = createMetrics()
  let age: number | undefined
  const held = { running: 3, waiting: 2 }
  metrics.watch(held as never, () => age)
  const before = await samples(metrics)
  expect(before).toContain('bitacora_updates_running 3')
  expect(before).toContain('bitacora_updates_waiting 2')
  expect(before.filter((line) => line.startsWith('bitacora_last_poll_age_seconds'))).toEqual([])
  held.running = 4
  age = 1.5
  const after = await samples(metrics)
  expect(after).toContain('bitacora_updates_running 4')
  expect(after).toContain('bitacora_last_poll_age_seconds 1.5')
})

test('names follow Prometheus: counters end in _total, times are seconds, sizes bytes', async () => {
  const metrics = createMetrics()
  metrics.watch(receiver(0, 0), () => 0)
  const text = await metrics.registry.metrics()
  const own = [...text.matchAll(/^# TYPE (bitacora_\w+) (\w+)$/gm)]
  expect(own.length).toBeGreaterThan(7)
  for (const [, name = '', type] of own) {
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
  }
})

test('a running bot shows its updates, its calls, its log and its process', async () => {
  await using telegram = await startTelegram()
  const token = telegram.newToken()
  const bot = startBotProcess({ TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url })
  const ana = telegram.bot(token).person()
  ana.send('/start')
  await ana.waitForReply()
  await bot.waitForLine(({ message }) => message === 'update handled')
  const response = await fetch(`${await bot.healthUrl()}/metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const text = await response.text()
  for (const sample of [
    'bitacora_updates_total{kind="message",outcome="ok"} 1',
    'bitacora_api_calls_total{method="sendMessage",code="200"} 1',
    'bitacora_updates_running 0',
    'bitacora_updates_waiting 0',
  ]) {
    expect(text.split('\n')).toContain(sample)
  }
  for (const name of ['last_poll_age_seconds', 'log_lines_total', 'log_backlog_bytes']) {
    expect(text).toMatch(new RegExp(`^bitacora_${name}[{ ]`, 'm'))
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d/m)
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m)
  expect(text).not.toContain(token.split(':')[1])
})
