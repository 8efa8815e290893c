import { describe, test } from 'vitest'
import { startBehindNginx } from './front.ts'
import { hasNginx } from './nginx.ts'

describe.skipIf(!hasNginx)('through nginx, a front as Telegram has one', () => {
  test('300 messages get their own answer, once, although it ends a connection after 5 requests', async (t) => {
    const { bot, crowd } = await startBehindNginx(t, { keepaliveRequests: 5 })
    const { write, expectAnswers } = crowd(30)
    for (let n = 0; n < 10; n++) write()
    await expectAnswers(t.expect, bot)
  })

  test('a reload, which ends the connections that are idle, costs nobody an answer', async (t) => {
    const { nginx, bot, crowd } = await startBehindNginx(t, {})
    const { write, answered, expectAnswers } = crowd(30)
    for (let n = 0; n < 10; n++) write()
    await t.expect.poll(answered).toBeGreaterThan(30)
    nginx.reload()
    for (let n = 0; n < 5; n++) write()
    await expectAnswers(t.expect, bot)
  })
})
