import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Update } from 'telegraf/types'
import type { Logger } from 'winston'
import type { Clock } from '../clock.ts'
import { WEBHOOK_ACCEPT_MS } from '../deadlines.ts'
import type { Kind } from '../features/botApi.ts'
import type { Handler } from '../server.ts'
import type { Api } from './api.ts'
import type { Receiver } from './receiver.ts'
import type { Source } from './source.ts'
import { retryForever } from './startup.ts'
import { readUpdate } from './webhookRequest.ts'

/** Telegram repeats a delivery within seconds to minutes; at 30 messages a second these are the last five. */
const REMEMBERED = 10_000
/** Telegram's most, https://core.telegram.org/bots/api#setwebhook; the receiver bounds what runs. */
const MAX_CONNECTIONS = 100

/**
 * Receives what Telegram posts. The answer is the acknowledgement, and comes when the update is done: one whose process dies
 * is sent again, so that it may be answered twice but never lost.
 */
export function createWebhook(settings: {
  url: URL
  token: string
  api: Api
  receiver: Receiver
  logger: Logger
  clock: Clock
  allowedUpdates: readonly Kind[]
  route: (path: string, handle: Handler) => void
  onReady: () => void
  onResponse: (status: number) => void
}): Source {
  const { url, api, receiver, logger, clock } = settings
  const secret = webhookSecret(settings.token)
  const seen = new Map<number, Promise<void>>()
  let leaving = false
  let draining = false

  async function run(signal: AbortSignal): Promise<void> {
    settings.route(url.pathname, handle)
    await retryForever('setWebhook', () => register(signal), { clock, logger, signal })
    if (!signal.aborted) {
      settings.onReady()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      leaving = true
      await clock.sleep(WEBHOOK_ACCEPT_MS)
    }
    draining = true
  }

  /** Asks first: a restart changes nothing, and the pods of one bot do not set it in turn. */
  async function register(signal: AbortSignal): Promise<void> {
    const now = await api.call('getWebhookInfo', {}, { signal })
    const kinds = settings.allowedUpdates as readonly 'message'[] // later kinds have no type
    const same =
      now.url === url.href &&
      !now.last_error_message?.includes('401') && // set by other hands, with another secret
      now.max_connections === MAX_CONNECTIONS &&
      kinds.length === now.allowed_updates?.length &&
      kinds.every((kind) => now.allowed_updates?.includes(kind))
    if (same) return
    const wanted = {
      url: url.href,
      secret_token: secret,
      max_connections: MAX_CONNECTIONS,
      allowed_updates: kinds,
    }
    await api.call('setWebhook', wanted, { signal })
    logger.info('webhook set', { method: 'setWebhook' })
  }

  /** Answers 200 when the update is done, 503 when Telegram shall send it again. */
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const update = await readUpdate(request, secret)
    if (update === 400) logger.warn('what was posted is not an update')
    if (typeof update === 'number') return answer(response, update)
    const known = seen.get(update.update_id)
    if (!known && (draining || !receiver.hasCapacity())) return answer(response, 503)
    await (known ?? accept(update))
    return answer(response, 200)
  }

  function answer(response: ServerResponse, status: number): void {
    // A connection that is kept would bring the next update here instead of to the pod that takes over.
    if (leaving) response.setHeader('connection', 'close')
    response.writeHead(status, { 'content-length': 0 }).end()
    settings.onResponse(status)
  }

  function accept(update: Update): Promise<void> {
    const done = receiver.accept(update)
    seen.set(update.update_id, done)
    for (const id of seen.keys()) {
      if (seen.size <= REMEMBERED) break
      seen.delete(id)
    }
    return done
  }

  return { run, confirm: () => Promise.resolve() }
}

/** The same for every pod of a bot, and nothing that the token can be told from. */
function webhookSecret(token: string): string {
  return createHmac('sha256', token).update('bitacora webhook').digest('hex')
}
