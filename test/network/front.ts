import type { TestContext } from 'vitest'
import { startTelegram } from '../standins/telegram/server.ts'
import { type BotProcess, startBotProcess } from '../support/botProcess.ts'
import { createCrowd } from './crowd.ts'
import { type Nginx, type NginxOptions, startNginx } from './nginx.ts'

/** A bot that polls through nginx. */
export async function startBehindNginx(t: TestContext, options: Omit<NginxOptions, 'upstream'>) {
  const telegram = await startTelegram()
  t.onTestFinished(() => telegram.close())
  const nginx: Nginx = await startNginx({ upstream: telegram.url, ...options })
  t.onTestFinished(nginx.close)
  const token = telegram.newToken()
  const bot: BotProcess = startBotProcess(
    {
      TELEGRAM_TOKEN: token,
      TELEGRAM_API_ROOT: nginx.url,
      NODE_EXTRA_CA_CERTS: nginx.certificate,
      LOG_STDOUT: 'false',
    },
    t,
  )
  await bot.waitUntilReady()
  return { nginx, bot, crowd: (size: number) => createCrowd(telegram.bot(token), size) }
}
