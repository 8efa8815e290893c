import { ApiError } from './errors.ts'
import type { Update, UpdateQueue } from './queue.ts'

const MAX_TIMEOUT_S = 50
const MAX_LIMIT = 100

const OTHER_POLL = 'terminated by other getUpdates request; make sure that only one bot instance is running'
const WEBHOOK_SET =
  "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

export interface Poll {
  offset?: number | undefined
  limit?: number | undefined
  /** Seconds. */
  timeout?: number | undefined
}

export interface Polling {
  /** Whether a poll is held at this moment. */
  readonly held: boolean
  /** @param onGone registers what to do when the caller's connection is closed */
  getUpdates(poll: Poll, onGone: (gone: () => void) => void): Update[] | Promise<Update[]>
  /** Refuses a poll because a webhook is set. */
  refuse(): Promise<never>
  /** Answers the held poll, if any, as its time-out would. */
  release(): void
  /** Ends the held poll, if any. */
  terminate(error: ApiError): void
  terminateForWebhook(): void
}

/**
 * Long polling by the server's rules: the older of two polls is told 409 as soon as the newer one finds nothing.
 * @param conflictPauseMs a second 409 within this time is delayed by it (3,000 at Telegram)
 * @see https://github.com/tdlib/telegram-bot-api Client.cpp, do_get_updates and fail_query_conflict
 */
export function createPolling(queue: UpdateQueue, conflictPauseMs: number): Polling {
  let held: { finish(updates: Update[]): void; fail(error: ApiError): void } | undefined
  let conflictsFrom = 0

  const conflict = (reason: string, fail: (error: ApiError) => void) => {
    const error = new ApiError(409, `Conflict: ${reason}`)
    const early = performance.now() < conflictsFrom
    if (!early) conflictsFrom = performance.now() + conflictPauseMs
    if (early) setTimeout(fail, conflictPauseMs, error).unref()
    else fail(error)
  }

  const end = () => {
    const ended = held
    held = undefined
    return ended
  }

  const hold = (limit: number, timeoutS: number, onGone: (gone: () => void) => void) =>
    new Promise<Update[]>((resolve, reject) => {
      const release = () => {
        clearTimeout(timer)
        if (held === poll) {
          held = undefined
          queue.onPush = undefined
        }
      }
      const poll = {
        finish: (updates: Update[]) => {
          release()
          resolve(updates)
        },
        fail: (error: ApiError) => {
          release()
          reject(error)
        },
      }
      const timer = setTimeout(poll.finish, timeoutS * 1000, [])
      held = poll
      let woken = false
      queue.onPush = () => {
        if (woken) return
        woken = true
        // Whatever is pushed in the same turn goes out in one answer.
        setImmediate(() => held === poll && poll.finish(queue.oldest(limit)))
      }
      onGone(release)
    })

  return {
    get held() {
      return held !== undefined
    },
    getUpdates({ offset = 0, limit = MAX_LIMIT, timeout = 0 }, onGone) {
      queue.confirm(offset)
      const most = Math.min(Math.max(limit, 1), MAX_LIMIT)
      const updates = queue.oldest(most)
      if (updates.length > 0 || timeout <= 0) return updates
      const older = end()
      if (older) conflict(OTHER_POLL, older.fail)
      return hold(most, Math.min(timeout, MAX_TIMEOUT_S), onGone)
    },
    refuse: () => new Promise((_, reject) => conflict(WEBHOOK_SET, reject)),
    release: () => end()?.finish([]),
    terminate: (error) => end()?.fail(error),
    terminateForWebhook() {
      const older = end()
      if (older) conflict('terminated by setWebhook request', older.fail)
    },
  }
}
