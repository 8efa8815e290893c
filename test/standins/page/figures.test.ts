import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startTelegramFor } from '../../support/telegram.ts'
import { type Figures, followFigures, readMetrics } from './figures.ts'

test('samples are read by name and labels', () => {
  const text = '# HELP a help\n# TYPE a counter\na{level="info",x="{}"} 3\nb_sum 0.5\nc +Inf\n'
  expect([...readMetrics(text)]).toEqual([
    ['a{level="info",x="{}"}', 3],
    ['b_sum', 0.5],
    ['c', Number.NaN],
  ])
})

test('two looks make a rate, a bot that is away makes a gap, and a new process counts from nothing', async () => {
  const answers = [
    'bitacora_log_lines_total{level="info"} 100\n',
    'bitacora_log_lines_total{level="info"} 110\nbitacora_api_calls_total{method="a",code="200"} 4\nbitacora_api_calls_total{method="b",code="200"} 2\nbitacora_update_duration_seconds_count 2\nbitacora_update_duration_seconds_sum 3\n',
    '',
    'bitacora_log_lines_total{level="info"} 5\n',
    'bitacora_log_lines_total{level="info"} 2\n',
  ]
  const server = createServer((_, response) => {
    const text = answers.shift()
    response.writeHead(text ? 200 : 503).end(text)
  }).listen(0, '127.0.0.1')
  const { account } = await startTelegramFor()
  const seen: Figures[] = []
  const figures = followFigures(account, {
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    watched: () => answers.length > 0,
    onFigures: (one) => seen.push(one),
  })
  onTestFinished(() => {
    figures.stop()
    server.close()
  })
  await expect.poll(() => seen.length).toBe(5)
  const [first, second, third, fourth, fifth] = seen
  expect(first?.updates).toBeNull()
  expect(second).toMatchObject({ secondsPerUpdate: 1.5, pending: 0, calls: 0 })
  expect(second?.lines.info).toBeGreaterThan(0)
  expect((second?.codes['200'] ?? 0) / (second?.lines.info ?? 1)).toBeCloseTo(0.6)
  expect([third?.updates, fourth?.updates]).toEqual([null, null])
  expect(fifth?.lines.info).toBeGreaterThan(0)
})
