import { test } from 'vitest'
import { startTelegram } from '../standins/telegram/server.ts'
import { startBotProcess } from '../support/botProcess.ts'
import { createCrowd } from './crowd.ts'
import { hasNginx, startNginx } from './nginx.ts'
import { hasTinyproxy, startTinyproxy } from './tinyproxy.ts'

const EACH = 10

test.skipIf(!hasTinyproxy || !hasNginx).for([0, 3])(
  'through a proxy that restarts %i times under load, and nginx',
  async (restarts, t) => {
    const telegram = await startTelegram()
    t.onTestFinished(() => telegram.close())
    const nginx = await startNginx({ upstream: telegram.url, keepaliveRequests: 50 })
    t.onTestFinished(nginx.close)
    const proxy = await startTinyproxy((end) => t.onTestFinished(end))
    const token = telegram.newToken()
    const bot = startBotProcess(
      {
        TELEGRAM_TOKEN: token,
        TELEGRAM_API_ROOT: nginx.url,
        NODE_EXTRA_CA_CERTS: nginx.certificate,
        HTTPS_PROXY: proxy.url,
        LOG_STDOUT: 'false',
      },
      t,
    )
    await bot.waitUntilReady()
    const { write, answered, expectAnswers, expectAnswersOrApologies } = createCrowd(telegram.bot(token), 300)
    for (let n = 0; n < EACH; n++) write()
    for (let n = 1; n <= restarts; n++) {
      await t.expect.poll(answered).toBeGreaterThan(n * 500)
      await proxy.stop()
      await proxy.start()
    }
    await (restarts ? expectAnswersOrApologies : expectAnswers)(t.expect, bot)
  },
)
