import { createDelivery, type Delivery } from './delivery.ts'
import type { UpdateQueue } from './queue.ts'
import { DEFAULT_KINDS } from './updateKinds.ts'

export interface WebhookTarget {
  url: string
  secretToken: string | undefined
  maxConnections: number
  /** A certificate of the receiver's own, PEM. */
  certificate: Buffer | undefined
}

export interface WebhookSettings {
  webhookRetryMs: (failures: number) => number
  webhookTimeoutMs: number
  webhookRoute: (url: string) => string
}

export interface Webhook {
  /** '' while none is set. */
  readonly url: string
  /** @returns false when the same one was set already */
  set(target: WebhookTarget): boolean
  /** @returns false when none was set */
  delete(): boolean
  /** @see https://core.telegram.org/bots/api#webhookinfo */
  info(): Record<string, unknown>
}

/**
 * The webhook of one bot. http:// is accepted too: the receiver of a test is on this machine.
 * @param onReply gets what the receiver answered, which may be a call of the Bot API
 */
export function createWebhook(
  queue: UpdateQueue,
  settings: WebhookSettings,
  onReply: (body: string) => void,
): Webhook {
  let current: { target: WebhookTarget; delivery: Delivery } | undefined

  const webhook: Webhook = {
    get url() {
      return current?.target.url ?? ''
    },
    set(target) {
      if (current && JSON.stringify(current.target) === JSON.stringify(target)) return false
      webhook.delete()
      const delivery = createDelivery(queue, target, settings, onReply)
      queue.onPush = delivery.add
      for (const [updateId, update] of queue.entries()) delivery.add(updateId, update)
      current = { target, delivery }
      return true
    },
    delete() {
      if (!current) return false
      queue.onPush = undefined
      current.delivery.stop()
      current = undefined
      return true
    },
    info: () => ({
      url: webhook.url,
      has_custom_certificate: current?.target.certificate !== undefined,
      pending_update_count: queue.size,
      ...(current && { max_connections: current.target.maxConnections, ...current.delivery.lastError() }),
      ...(queue.allowed !== DEFAULT_KINDS && { allowed_updates: queue.allowed }),
    }),
  }
  return webhook
}
