import { TelegramError } from 'telegraf'
import type { BotCommand, UserFromGetMe } from 'telegraf/types'
import type { Logger } from 'winston'
import { backoff, type Clock } from '../clock.ts'
import { EXIT, Fatal } from '../fatal.ts'
import type { Feature } from '../features/feature.ts'
import type { Api } from './api.ts'

/** The Bot API answers a token that it does not know with 401, and one that is none with 404. */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof TelegramError && (error.code === 401 || error.code === 404)
}

export function tokenRefused(): Fatal {
  return new Fatal(
    'Telegram refuses TELEGRAM_TOKEN: copy it again from @BotFather, or ask there for a new one',
    EXIT.tokenRefused,
  )
}

/** How long to wait before the next try, in ms: as Telegram asks, or else growing from try to try. */
export function waitAfter(error: unknown, failures: number, clock: Clock): number {
  const retryAfter = error instanceof TelegramError ? error.parameters?.retry_after : undefined
  return retryAfter === undefined ? backoff(failures, clock) : retryAfter * 1000
}

/**
 * Calls until Telegram answers, however long that takes, with growing waits or as it asks.
 *
 * @returns undefined when the signal is aborted first
 * @throws Fatal when the token is refused
 */
export async function retryForever<T>(
  name: string,
  call: () => Promise<T>,
  { clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<T | undefined> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await call()
    } catch (error) {
      if (isTokenRefused(error)) throw tokenRefused()
      if (signal.aborted) break
      const wait = waitAfter(error, failures, clock)
      logger.warn('Telegram not reached, trying again', {
        method: name,
        duration_ms: Math.round(wait),
        error,
      })
      await clock.sleep(wait, signal)
    }
  }
  return undefined
}

/** Who the token's bot is. @see retryForever */
export function fetchBotInfo(
  api: Api,
  tools: Parameters<typeof retryForever>[2],
): Promise<UserFromGetMe | undefined> {
  return retryForever('getMe', () => api.call('getMe', {}, { signal: tools.signal }), tools)
}

/** Gives Telegram's menu the features' commands, unless it has them: a restart changes nothing. Never rejects. */
export async function syncCommands(
  api: Api,
  features: Feature[],
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const commands = features.flatMap((feature) => feature.commands ?? [])
  try {
    const known = await api.call('getMyCommands', {}, { signal })
    const same = known.length === commands.length && commands.every((own, at) => isSame(own, known[at]))
    if (!same) await api.call('setMyCommands', { commands }, { signal })
  } catch (error) {
    if (!signal.aborted) logger.warn('commands not announced', { error })
  }
}

function isSame(own: BotCommand, known: BotCommand | undefined): boolean {
  const sameText = own.command === known?.command && own.description === known.description
  return sameText && Boolean(own.is_ephemeral) === Boolean(known.is_ephemeral)
}
