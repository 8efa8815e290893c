import { onTestFinished } from 'vitest'
import type { Clock } from '../../../bot/clock.ts'
import { type CallRecord, createApi } from '../../../bot/telegram/api.ts'
import type { TelegramOptions } from '../../standins/telegram/server.ts'
import { createQuickClock } from '../../support/clock.ts'
import { startTelegramFor } from '../../support/telegram.ts'

/** The api of a bot of its own, over real HTTP, and a person to write to. */
export async function startCalling(
  options: {
    clock?: Clock
    /** Made from Telegram's port, where it is reached on another way than straight. */
    apiRoot?: (port: number) => string | Promise<string>
    proxy?: string
    noProxy?: string
    telegram?: TelegramOptions
  } = {},
) {
  const { telegram, token, account } = await startTelegramFor(undefined, options.telegram)
  const clock = createQuickClock()
  const apiRoot = (await options.apiRoot?.(Number(new URL(telegram.url).port))) ?? telegram.url
  const records: CallRecord[] = []
  const api = createApi({
    token,
    apiRoot,
    proxy: options.proxy,
    noProxy: options.noProxy,
    clock: options.clock ?? clock,
    onCall: (record) => records.push(record),
  })
  onTestFinished(() => api.close())
  const ana = account.person()
  return {
    telegram,
    token,
    account,
    clock,
    api,
    ana,
    records,
    /** What was counted, as method and code. */
    counted: () => records.map(({ method, code }) => `${method} ${code}`),
    say: (text = 'palabras') => api.call('sendMessage', { chat_id: ana.id, text }),
  }
}
