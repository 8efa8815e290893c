import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Update } from 'telegraf/types'
import type { Logger } from 'winston'
import type { Clock } from '../clock.ts'
import { WEBHOOK_ACCEPT_MS } from '../deadlines.ts'
import type { Handler } from '../server.ts'
import type { Api } from './api.ts'
import { persist } from './connect.ts'
import type { Receiver } from './receiver.ts'
import type { Source } from './source.ts'
import { ALLOWED_UPDATES } from './update.ts'

/** Telegram's updates are some kilobytes. */
const LARGEST_BODY = 1024 * 1024
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
  route: (path: string, handle: Handler) => void
  onReady: () => void
}): Source {
  const { url, api, receiver, logger, clock } = settings
  const secret = webhookSecret(settings.token)
  const expected = digest(secret)
  const seen = new Map<number, Promise<void>>()
  let draining = false

  async function run(signal: AbortSignal): Promise<void> {
    settings.route(url.pathname, handle)
    await persist('setWebhook', () => register(signal), { clock, logger, signal })
    if (signal.aborted) return
    settings.onReady()
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    await clock.sleep(WEBHOOK_ACCEPT_MS)
    draining = true
  }

  /** Asks first: a restart changes nothing, and the pods of one bot do not set it in turn. */
  async function register(signal: AbortSignal): Promise<void> {
    const now = await api.call('getWebhookInfo', {}, { signal })
    const kinds = [...ALLOWED_UPDATES]
    const same =
      now.url === url.href &&
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
    if (request.method !== 'POST') return answer(response, 405)
    const given = request.headers['x-telegram-bot-api-secret-token']
    if (typeof given !== 'string' || !timingSafeEqual(digest(given), expected)) return answer(response, 401)
    if (!request.headers['content-type']?.startsWith('application/json')) return answer(response, 415)
    const body = await read(request)
    if (body === undefined) return answer(response, 413)
    const update = parse(body)
    if (!update) return answer(response, 400)
    const known = seen.get(update.update_id)
    if (!known && (draining || !receiver.hasRoom())) return answer(response, 503)
    await (known ?? accept(update))
    return answer(response, 200)
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

/** Equal lengths, as timingSafeEqual needs them. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** @returns undefined for a body that is too large, which is then not read to its end */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length']) > LARGEST_BODY) return undefined
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parse(body: Buffer): Update | undefined {
  try {
    const update = JSON.parse(body.toString()) as Update | null
    return Number.isSafeInteger(update?.update_id) ? (update as Update) : undefined
  } catch {
    return undefined
  }
}

function answer(response: ServerResponse, status: number): void {
  if (status === 413) response.setHeader('connection', 'close')
  response.writeHead(status, { 'content-length': 0 }).end()
}
