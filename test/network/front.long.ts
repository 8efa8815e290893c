import { setTimeout as sleep } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { startBehindNginx } from './front.ts'
import { hasNginx } from './nginx.ts'

const PEOPLE = 300
const EACH = 10

describe.skipIf(!hasNginx)('through nginx 3,000 messages of 300 people get their own answer, once', () => {
  test.for([50, 1000])('when it ends a connection after %i requests', async (keepaliveRequests, t) => {
    const { bot, crowd } = await startBehindNginx(t, { keepaliveRequests })
    const { write, expectAnswers } = crowd(PEOPLE)
    for (let n = 0; n < EACH; n++) write()
    await expectAnswers(t.expect, bot)
  })

  test('through four reloads under load', async (t) => {
    const { nginx, bot, crowd } = await startBehindNginx(t, {})
    const { write, answered, expectAnswers } = crowd(PEOPLE)
    for (let n = 0; n < EACH; n++) {
      write()
      if (n % 2 === 1) continue
      await t.expect.poll(answered).toBeGreaterThan((n - 1) * PEOPLE)
      nginx.reload()
    }
    await expectAnswers(t.expect, bot)
  })

  test('through a stop and a start', async (t) => {
    const { nginx, bot, crowd } = await startBehindNginx(t, {})
    const { write, answered, expectAnswers } = crowd(PEOPLE)
    for (let n = 0; n < EACH; n++) write()
    await t.expect.poll(answered).toBeGreaterThan(PEOPLE)
    await nginx.quit()
    await sleep(500)
    await nginx.start()
    await expectAnswers(t.expect, bot)
  })

  test('when it ends idle connections before the bot does', async (t) => {
    const { bot, crowd } = await startBehindNginx(t, { keepaliveSeconds: 1 })
    const { write, expectAnswers } = crowd(PEOPLE)
    for (let n = 0; n < EACH; n++) {
      write()
      await sleep(900 + 20 * n) // around the moment in which the connections are ended
    }
    await expectAnswers(t.expect, bot)
  })
})
