import { STATUS_CODES } from 'node:http'
import { Pool } from 'undici'
import type { Update, UpdateQueue } from './queue.ts'
import type { WebhookSettings, WebhookTarget } from './webhook.ts'

export interface Delivery {
  add(updateId: number, update: Update): void
  lastError(): { last_error_date?: number; last_error_message?: string }
  stop(): void
}

/** The updates of one chat: the next one goes out when the one before was taken. */
interface Lane {
  key: number
  waiting: { updateId: number; update: Update }[]
  failures: number
}

/**
 * Sends updates to a webhook: one at a time per chat, at most `maxConnections` together, each until it is taken.
 * @param onReply gets what the receiver answered, which may be a call of the Bot API
 */
export function createDelivery(
  queue: UpdateQueue,
  target: WebhookTarget,
  { webhookRetryMs, webhookTimeoutMs }: WebhookSettings,
  onReply: (body: string) => void,
): Delivery {
  const { origin, pathname, search } = new URL(target.url)
  const pool = new Pool(origin, {
    connections: target.maxConnections,
    headersTimeout: webhookTimeoutMs,
    bodyTimeout: webhookTimeoutMs,
    ...(target.certificate && { connect: { ca: target.certificate } }),
  })
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (target.secretToken) headers['x-telegram-bot-api-secret-token'] = target.secretToken

  const lanes = new Map<number, Lane>()
  const ready = new Set<Lane>()
  const pauses = new Set<NodeJS.Timeout>()
  let running = 0
  let stopped = false
  let lastError = {}

  /** @throws Error whose message is a last_error_message */
  const post = async (update: Update) => {
    const response = await pool.request({
      method: 'POST',
      path: pathname + search,
      headers,
      body: JSON.stringify(update),
    })
    const body = await response.body.text()
    const { statusCode } = response
    if (statusCode < 200 || statusCode > 299) {
      throw new Error(`Wrong response from the webhook: ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`)
    }
    return body
  }

  const retryLater = (lane: Lane, error: unknown) => {
    lastError = { last_error_date: Math.floor(Date.now() / 1000), last_error_message: reason(error) }
    const pause = setTimeout(
      () => {
        pauses.delete(pause)
        ready.add(lane)
        pump()
      },
      webhookRetryMs(lane.failures++),
    )
    pauses.add(pause)
  }

  const deliver = async (lane: Lane) => {
    const first = lane.waiting[0]
    if (!first) return
    running++
    let body: string | undefined
    try {
      body = await post(first.update)
    } catch (error) {
      if (!stopped) retryLater(lane, error)
    }
    running--
    if (body !== undefined) {
      queue.remove(first.updateId)
      lane.waiting.shift()
      lane.failures = 0
      if (lane.waiting.length > 0) ready.add(lane)
      else lanes.delete(lane.key)
      if (body !== '') onReply(body)
    }
    pump()
  }

  const pump = () => {
    for (const lane of ready) {
      if (stopped || running >= target.maxConnections) return
      ready.delete(lane)
      void deliver(lane)
    }
  }

  return {
    add(updateId, update) {
      const key = chatOf(update) ?? -updateId
      let lane = lanes.get(key)
      if (!lane) {
        lane = { key, waiting: [], failures: 0 }
        lanes.set(key, lane)
        ready.add(lane)
      }
      lane.waiting.push({ updateId, update })
      pump()
    },
    lastError: () => lastError,
    stop() {
      stopped = true
      for (const pause of pauses) clearTimeout(pause)
      void pool.destroy()
    },
  }
}

/** The chat, or for want of one the person, whose order counts. */
function chatOf(update: Update): number | undefined {
  const content = Object.values(update).find((value) => typeof value === 'object' && value !== null)
  const { chat, message, from } = (content ?? {}) as Record<
    string,
    { id?: number; chat?: { id?: number } } | undefined
  >
  return chat?.id ?? message?.chat?.id ?? from?.id
}

function reason(error: unknown): string {
  const { code, message } = error as Error & { code?: string }
  if (code === 'ECONNREFUSED') return 'Connection refused'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'Read timeout expired'
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'Connection reset by peer'
  return message
}
