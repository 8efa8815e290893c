import { STATUS_CODES } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import type { Update, UpdateQueue } from './queue.ts'
import type { WebhookSettings, WebhookTarget } from './webhook.ts'

export interface Delivery {
  add(updateId: number, update: Update): void
  lastError(): { last_error_date?: number; last_error_message?: string }
  stop(): void
}

/** The updates of one chat, oldest first: the next one goes out when the one before was taken. */
type Lane = { updateId: number; update: Update }[]

/**
 * Sends updates to a webhook, each until it is taken; its connections bound how many are on their way.
 * @param onReply gets what the receiver answered, which may be a call of the Bot API
 */
export function createDelivery(
  queue: UpdateQueue,
  target: WebhookTarget,
  { webhookRetryMs, webhookTimeoutMs, webhookRoute }: WebhookSettings,
  onReply: (body: string) => void,
): Delivery {
  const agent = new Agent({
    connections: target.maxConnections,
    headersTimeout: webhookTimeoutMs,
    bodyTimeout: webhookTimeoutMs,
    ...(target.certificate && { connect: { ca: target.certificate } }),
  })
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (target.secretToken) headers['x-telegram-bot-api-secret-token'] = target.secretToken

  const lanes = new Map<number, Lane>()
  let lastError = {}
  let stopped = false

  /** @throws Error when the update was not taken */
  const post = async (update: Update) => {
    const body = JSON.stringify(update)
    const { origin, pathname, search } = new URL(webhookRoute(target.url))
    const path = pathname + search
    const response = await agent.request({ origin, method: 'POST', path, headers, body })
    const answer = await response.body.text()
    const { statusCode } = response
    if (statusCode >= 200 && statusCode <= 299) return answer
    throw new Error(`Wrong response from the webhook: ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`)
  }

  const deliver = async (key: number, lane: Lane) => {
    let failures = 0
    for (let first = lane[0]; first && !stopped; first = lane[0]) {
      try {
        const answer = await post(first.update)
        queue.remove(first.updateId)
        lane.shift()
        failures = 0
        onReply(answer)
      } catch (error) {
        lastError = { last_error_date: Math.floor(Date.now() / 1000), last_error_message: reasonOf(error) }
        await sleep(webhookRetryMs(failures++), undefined, { ref: false })
      }
    }
    lanes.delete(key)
  }

  return {
    add(updateId, update) {
      const key = chatOf(update) ?? -updateId
      const lane = lanes.get(key)
      if (lane) {
        lane.push({ updateId, update })
        return
      }
      const opened = [{ updateId, update }]
      lanes.set(key, opened)
      void deliver(key, opened)
    },
    lastError: () => lastError,
    stop() {
      stopped = true
      void agent.destroy()
    },
  }
}

/** The chat whose order counts; of a press and the like, the person. */
function chatOf(update: Update): number | undefined {
  const content = Object.values(update).find((value) => typeof value === 'object' && value !== null)
  const { chat, from } = (content ?? {}) as Record<string, { id?: number } | null>
  return chat?.id ?? from?.id
}

function reasonOf(error: unknown): string {
  const { code, message } = error as Error & { code?: string }
  if (code === 'ECONNREFUSED') return 'Connection refused'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'Read timeout expired'
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'Connection reset by peer'
  return message
}
