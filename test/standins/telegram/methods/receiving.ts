import type { Account } from '../account.ts'
import { badRequest } from '../errors.ts'
import { flag, integer, type Payload, string, type Upload } from '../payload.ts'
import type { UpdateQueue } from '../queue.ts'
import { Described, type Method } from './method.ts'

/** How updates reach the bot. @see https://core.telegram.org/bots/api#getting-updates */
export const receiving: Record<string, Method> = {
  getUpdates(account, payload, onGone) {
    if (account.webhook.url !== '') return account.polling.refuse()
    allowUpdates(account.queue, payload.allowed_updates)
    return account.polling.getUpdates(
      {
        offset: integer(payload, 'offset'),
        limit: integer(payload, 'limit'),
        timeout: integer(payload, 'timeout'),
      },
      onGone,
    )
  },

  setWebhook(account, payload) {
    const url = string(payload, 'url') ?? ''
    if (url === '') return deleteWebhook(account, payload)
    if (!URL.canParse(url)) throw badRequest('bad webhook: invalid webhook URL specified')
    const secretToken = string(payload, 'secret_token')
    if (secretToken !== undefined && !/^[\w-]{1,256}$/.test(secretToken)) {
      throw badRequest('secret token contains unallowed characters')
    }
    if (flag(payload, 'drop_pending_updates')) deleteWebhook(account, payload)
    allowUpdates(account.queue, payload.allowed_updates)
    const certificate = (payload.certificate as Upload | undefined)?.bytes
    const maxConnections = Math.min(Math.max(integer(payload, 'max_connections') ?? 40, 1), 100)
    account.polling.terminateForWebhook()
    const changed = account.webhook.set({ url, secretToken, maxConnections, certificate })
    return new Described(true, changed ? 'Webhook was set' : 'Webhook is already set')
  },

  deleteWebhook,

  getWebhookInfo: (account) => account.webhook.info(),
}

function allowUpdates(queue: UpdateQueue, list: unknown): void {
  if (Array.isArray(list)) queue.allow(list)
}

function deleteWebhook(account: Account, payload: Payload): Described {
  if (flag(payload, 'drop_pending_updates')) account.queue.confirm(Number.POSITIVE_INFINITY)
  return new Described(true, account.webhook.delete() ? 'Webhook was deleted' : 'Webhook is already deleted')
}
