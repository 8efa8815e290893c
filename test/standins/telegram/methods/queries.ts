import { randomUUID } from 'node:crypto'
import { findEntities } from '../entities.ts'
import { badRequest } from '../errors.ts'
import { flag, type Payload, string } from '../payload.ts'
import type { Content, Entity, ReplyMarkup } from '../types.ts'
import type { Method } from './method.ts'

const TOO_OLD = 'query is too old and response timeout expired or query ID is invalid'
/** @see https://core.telegram.org/bots/api#answerinlinequery */
const MAX_RESULTS = 50

/** What people ask without a message: presses, inline queries, a call into a chat that the bot is not in. */
export const queries: Record<string, Method> = {
  answerCallbackQuery(account, payload) {
    const id = string(payload, 'callback_query_id') ?? ''
    const pressed = account.queries.get(id)
    if (!pressed) throw badRequest(TOO_OLD)
    account.queries.delete(id)
    const text = string(payload, 'text')
    const answer = { id, ...(text && { text }), ...(flag(payload, 'show_alert') && { show_alert: true }) }
    account.answered.get(pressed.user_id)?.(answer)
    account.emit({ type: 'answer', ...pressed, answer })
    return true
  },

  answerInlineQuery(account, payload) {
    const { results } = payload
    if (!Array.isArray(results)) throw badRequest("can't parse inline query results JSON object")
    if (results.length > MAX_RESULTS) throw badRequest('RESULTS_TOO_MUCH')
    const ids = results.map((result) => readResult(result).id)
    if (new Set(ids).size < ids.length) throw badRequest('RESULT_ID_DUPLICATE')
    if (!account.inlineQueries.delete(string(payload, 'inline_query_id') ?? '')) throw badRequest(TOO_OLD)
    return true
  },

  /** @see https://core.telegram.org/bots/api#answerguestquery */
  answerGuestQuery(account, payload) {
    const { content, reply_markup } = readResult(payload.result)
    if (!content) throw badRequest("can't parse inline query result: it has no text")
    const id = string(payload, 'guest_query_id') ?? ''
    const query = account.guestQueries.get(id)
    if (!query) throw badRequest(TOO_OLD)
    account.guestQueries.delete(id)
    const { message_id } = account.post(query.chat, account.me, content, {
      guest_bot_caller_user: query.caller,
      reply_markup,
    })
    const inline_message_id = randomUUID()
    account.inlineMessages.set(inline_message_id, { chat: query.chat, message_id })
    return { inline_message_id }
  },
}

/** One InlineQueryResult; the content of the kinds that are made of text. */
function readResult(result: unknown): {
  id: string
  content?: Content
  reply_markup?: ReplyMarkup | undefined
} {
  if (typeof result !== 'object' || result === null) {
    throw badRequest("can't parse inline query result JSON object")
  }
  const { type, id, input_message_content, reply_markup } = result as Record<string, unknown>
  if (typeof type !== 'string' || typeof id !== 'string' || id === '' || Buffer.byteLength(id) > 64) {
    throw badRequest('RESULT_ID_INVALID')
  }
  const text = string((input_message_content ?? {}) as Payload, 'message_text')
  if (type === 'article' && !text) throw badRequest('message text is empty')
  if (!text) return { id }
  const entities = findEntities(text, (input_message_content as { entities?: Entity[] }).entities)
  const content = entities.length > 0 ? { text, entities } : { text }
  return { id, content, reply_markup: reply_markup as ReplyMarkup | undefined }
}
