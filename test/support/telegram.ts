import { afterAll, beforeAll, onTestFinished } from 'vitest'
import type { BotAccount } from '../standins/telegram/bot.ts'
import { startTelegram, type Telegram, type TelegramOptions } from '../standins/telegram/server.ts'

export interface ApiAnswer {
  status: number
  ok: boolean
  // biome-ignore lint/suspicious/noExplicitAny: tests look at results of every shape
  result?: any
  error_code?: number
  description?: string
  parameters?: object
}

export interface Client {
  token: string
  bot: BotAccount
  /** One call of the Bot API over HTTP, with a JSON body. */
  call(method: string, payload?: object): Promise<ApiAnswer>
}

/**
 * A Telegram for one test, and one bot of it.
 * @param t the test's context, which a concurrent test must hand over
 */
export async function startTelegramFor(
  t: { onTestFinished: typeof onTestFinished } = { onTestFinished },
  options?: TelegramOptions,
): Promise<{ telegram: Telegram; token: string; account: BotAccount }> {
  const telegram = await startTelegram(options)
  t.onTestFinished(() => telegram.close())
  const token = telegram.newToken()
  return { telegram, token, account: telegram.bot(token) }
}

/** A Telegram for the tests of one file. @returns makes a new bot and a client that speaks for it */
export function useTelegram(options?: TelegramOptions): () => Client & { telegram: Telegram } {
  let telegram: Telegram
  beforeAll(async () => {
    telegram = await startTelegram(options)
  })
  afterAll(() => telegram.close())

  return () => {
    const token = telegram.newToken()
    return {
      telegram,
      token,
      bot: telegram.bot(token),
      call: (method, payload = {}) =>
        readAnswer(
          fetch(`${telegram.url}/bot${token}/${method}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(payload),
          }),
        ),
    }
  }
}

export async function readAnswer(request: Promise<Response>): Promise<ApiAnswer> {
  const response = await request
  return { status: response.status, ...((await response.json()) as Omit<ApiAnswer, 'status'>) }
}
