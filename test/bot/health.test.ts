import { expect, test } from 'vitest'
import { createHealth } from '../../bot/health.ts'
import { createMetrics } from '../../bot/metrics.ts'
import { serve } from '../../bot/server.ts'
import { LONGEST_TURN_MS } from '../../bot/telegram/polling.ts'
import { createQuickClock } from '../support/clock.ts'

/** A bot's health over HTTP, as a probe sees it. */
async function startProbing() {
  const clock = createQuickClock()
  const health = createHealth(clock, LONGEST_TURN_MS)
  const { port } = await serve(0, health, createMetrics().registry)
  const probe = async (path: '/livez' | '/readyz') => (await fetch(`http://127.0.0.1:${port}${path}`)).status
  return { clock, health, probe }
}

for (const answered of [true, false])
  test(`/livez fails once the loop has not turned for longer than a turn takes (last poll answered: ${answered})`, async () => {
    const { clock, health, probe } = await startProbing()
    health.onTurn(answered)
    await clock.sleep(LONGEST_TURN_MS)
    expect(await probe('/livez')).toBe(200)
    await clock.sleep(1)
    expect(await probe('/livez')).toBe(503)
  })

test('/livez is good again once the loop turns again', async () => {
  const { clock, health, probe } = await startProbing()
  health.onTurn(true)
  await clock.sleep(LONGEST_TURN_MS + 1)
  health.onTurn(false)
  expect(await probe('/livez')).toBe(200)
})

test('/livez stays good before the first turn, however long Telegram is out of reach', async () => {
  const { clock, probe } = await startProbing()
  await clock.sleep(24 * 60 * 60 * 1000)
  expect(await probe('/livez')).toBe(200)
})

test('/readyz is good from the first answered poll on, until the bot is told to stop', async () => {
  const { health, probe } = await startProbing()
  const before = await probe('/readyz')
  health.onTurn(false)
  const unanswered = await probe('/readyz')
  health.onTurn(true)
  const answered = await probe('/readyz')
  health.onStop()
  expect([before, unanswered, answered, await probe('/readyz')]).toEqual([503, 503, 200, 503])
})
