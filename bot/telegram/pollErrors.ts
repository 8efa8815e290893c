import { TelegramError } from 'telegraf'
import type { Logger } from 'winston'
import type { Clock } from '../clock.ts'
import { EXIT, Fatal } from '../fatal.ts'
import { isTokenRefused, tokenRefused, waitAfter } from './startup.ts'

/** Two pods may meet for a moment when one replaces the other; a second instance that stays is a mistake. */
const CONFLICT_MS = 60_000

/**
 * What a poll's end means: after a failure a wait in ms until the next one.
 *
 * `failed` throws Fatal when going on is of no use: the token is refused, a webhook is set, or another instance polls
 */
export function createPollErrorPolicy(logger: Logger, clock: Clock) {
  let failures = 0
  let lastLoggedCode: string | undefined
  let firstConflict: number | undefined
  let lastConflict = 0

  function succeeded(): void {
    if (failures > 0) logger.info('polling again', { failures })
    failures = 0
    lastLoggedCode = undefined
  }

  function failed(error: unknown): number {
    if (isTokenRefused(error)) throw tokenRefused()
    failures++
    const code = String((error as { code?: unknown }).code)
    logger.log(code === lastLoggedCode ? 'debug' : 'warn', 'polling failed, trying again', {
      method: 'getUpdates',
      error,
    })
    lastLoggedCode = code
    if (error instanceof TelegramError && error.code === 409) conflict(error)
    return waitAfter(error, failures, clock)
  }

  /** Two pollers end each other's poll in turn, so that a good poll in between does not say that the other is gone. */
  function conflict(error: TelegramError): void {
    if (error.description?.includes('webhook')) throw webhookIsSet()
    const now = clock.now()
    if (firstConflict === undefined || now - lastConflict > CONFLICT_MS) firstConflict = now
    lastConflict = now
    if (now - firstConflict >= CONFLICT_MS) {
      throw new Fatal(
        'another instance is polling with this token: stop it, or give this one a bot of its own',
        EXIT.anotherPoller,
      )
    }
  }

  return { succeeded, failed }
}

/** Telegram gives the updates to the webhook alone, so that a poller would wait in vain. */
export function webhookIsSet(): Fatal {
  return new Fatal(
    'a webhook is set for this bot, and polling would not see an update: set RECEIVE=webhook, use another bot, or switch the webhook off with npm run webhook -- --delete',
    EXIT.configuration,
  )
}
