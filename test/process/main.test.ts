import { expect, onTestFinished, test } from 'vitest'
import { startTelegram } from '../telegram/server.ts'
import { startBot } from './bot.ts'

async function start(env: Record<string, string> = {}) {
  const telegram = await startTelegram()
  onTestFinished(() => telegram.close())
  const token = telegram.newToken()
  const account = telegram.bot(token)
  const bot = startBot({ TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url, ...env })
  return { telegram, token, account, bot }
}

test('the bot answers, logs one line for the update, and stops on request', async () => {
  const { account, bot } = await start()
  const ana = account.person({ first_name: 'Ana' })
  const update_id = ana.send('/start')
  expect((await ana.waitForReply()).text).toBe('Hola, Ana')
  await bot.waitUntilReady()
  expect(await bot.stop()).toBe(0)
  expect(bot.lines().filter((line) => line.update_id === update_id)).toMatchObject([
    {
      level: 'info',
      message: 'update handled',
      chat_id: ana.id,
      user_id: ana.id,
      feature: 'greetings',
      outcome: 'ok',
    },
  ])
  expect(account.pending).toBe(0)
})
