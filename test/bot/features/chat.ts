import { expect, onTestFinished } from 'vitest'
import { systemClock } from '../../../bot/clock.ts'
import type { Feature } from '../../../bot/features/feature.ts'
import { createFeatures } from '../../../bot/features/index.ts'
import { createApi } from '../../../bot/telegram/api.ts'
import { createBot } from '../../../bot/telegram/bot.ts'
import { createPolling } from '../../../bot/telegram/polling.ts'
import { createReceiver } from '../../../bot/telegram/receiver.ts'
import { fetchBotInfo, syncCommands } from '../../../bot/telegram/startup.ts'
import { allowedUpdates } from '../../../bot/telegram/update.ts'
import { startTelegramFor } from '../../support/telegram.ts'
import { createTestLogger } from '../../support/testLogger.ts'

/** 2026-11-24, a quarter past nine in the morning of Buenos Aires. */
export const NOW = Date.UTC(2026, 10, 24, 12, 15, 7)
export const VERSION = '7.8.9'

/** The features as the bot has them, in this process, on a Telegram of their own: real HTTP, no log files. */
export async function startChat(extra: Feature[] = []) {
  const { telegram, token, account } = await startTelegramFor()
  const clock = systemClock
  const { lines, logger } = createTestLogger()
  const api = createApi({ token, apiRoot: telegram.url, clock, onCall: () => {} })
  const stop = new AbortController()
  const me = await fetchBotInfo(api, { clock, logger, signal: stop.signal })
  if (!me) throw new Error('stopped')
  const features = [
    ...extra,
    ...createFeatures({
      timeZone: 'America/Argentina/Buenos_Aires',
      version: VERSION,
      now: () => NOW,
    }),
  ]
  const bot = createBot({
    token,
    me,
    api,
    apiRoot: telegram.url,
    features,
    logger,
    logContent: false,
    onUpdate: () => {},
  })
  const receiver = createReceiver({
    handle: bot.handle,
    onOverflow: bot.notifySlowDown,
    onLoss: () => {},
    logger,
  })
  await syncCommands(api, features, logger, stop.signal)
  const polling = createPolling({
    api,
    receiver,
    logger,
    clock,
    allowedUpdates: allowedUpdates(features),
    onTurn: () => {},
  }).run(stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await polling
    await api.close()
  })
  /** The outcome of an update, once it is logged. */
  const outcomeOf = async (id: number) => {
    await expect.poll(() => lines.some(({ update_id }) => update_id === id)).toBe(true)
    return lines.find(({ update_id }) => update_id === id)?.outcome
  }
  return { account, features, lines, outcomeOf }
}
