import type { Logger } from 'winston'
import { type Clock, LONGEST_WAIT_MS } from '../clock.ts'
import { CONFIRM_MS } from '../deadlines.ts'
import type { Kind } from '../features/botApi.ts'
import type { Api } from './api.ts'
import { createPollErrorPolicy, webhookIsSet } from './pollErrors.ts'
import { BATCH, type Receiver } from './receiver.ts'
import type { Source } from './source.ts'
import { retryForever } from './startup.ts'
import { isUpdate } from './update.ts'

/** How long Telegram holds a getUpdates that finds nothing. */
const LONG_POLL_S = 30
/** What the network may add before a poll counts as lost. */
const POLL_SLACK_MS = 5_000
/** The longest that a healthy loop takes from one turn to the next. */
export const LONGEST_TURN_MS = LONG_POLL_S * 1000 + POLL_SLACK_MS + LONGEST_WAIT_MS

/**
 * Asks Telegram for updates, one poll after the other. An update counts as received when the next poll names it, which is
 * before its handler ended: what is in flight when the process dies without a drain is lost.
 *
 * @param onTurn called when a poll settles, well or badly, and at least every 30 s of a wait that follows
 */
export function createPolling(settings: {
  api: Api
  receiver: Receiver
  logger: Logger
  clock: Clock
  allowedUpdates: readonly Kind[]
  onTurn: (good: boolean) => void
}): Source {
  const { api, receiver, logger, clock, allowedUpdates, onTurn } = settings
  let offset = 0

  async function run(signal: AbortSignal): Promise<void> {
    const getWebhookInfo = () => api.call('getWebhookInfo', {}, { signal })
    const webhook = await retryForever('getWebhookInfo', getWebhookInfo, { clock, logger, signal })
    if (webhook?.url) throw webhookIsSet()

    const policy = createPollErrorPolicy(logger, clock)
    let timeout = 0 // the first answer comes at once, and says that the bot is ready
    while (!signal.aborted) {
      const poll = { offset, limit: BATCH, timeout, allowed_updates: allowedUpdates as never }
      const deadlineMs = timeout * 1000 + POLL_SLACK_MS
      try {
        take(await api.call('getUpdates', poll, { signal, deadlineMs, retries: 0 }))
        timeout = LONG_POLL_S
        policy.succeeded()
        onTurn(true)
        while (!receiver.hasCapacity() && !signal.aborted) {
          await receiver.waitForCapacity(AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]))
          onTurn(true)
        }
      } catch (error) {
        if (signal.aborted) return
        for (let wait = policy.failed(error); wait > 0 && !signal.aborted; wait -= LONGEST_WAIT_MS) {
          onTurn(false)
          await clock.sleep(Math.min(wait, LONGEST_WAIT_MS), signal)
        }
      }
    }
  }

  /** The next poll confirms them. Ids may also fall: after a week without updates Telegram begins anywhere. */
  function take(updates: unknown[]): void {
    const known = updates.filter(isUpdate)
    for (const update of known) {
      offset = update.update_id + 1
      void receiver.accept(update)
    }
    if (known.length < updates.length) throw new Error('an update without an update_id cannot be confirmed')
  }

  async function confirm(): Promise<void> {
    if (offset === 0) return
    try {
      const signal = AbortSignal.timeout(CONFIRM_MS)
      await api.call('getUpdates', { offset, limit: 1, timeout: 0 }, { signal })
    } catch (error) {
      logger.warn('last updates not confirmed, they will come again', { error })
    }
  }

  return { run, confirm }
}
