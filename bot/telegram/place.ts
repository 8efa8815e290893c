import { TelegramError } from 'telegraf'
import type { Update } from 'telegraf/types'
import { contentOf, type Fields, fields, kindOf, messageOf, subjectOf } from './update.ts'

/** A call of the Bot API. */
export type Send = (method: string, payload: Fields) => Promise<unknown>

const SEND = /^(send|copy|forward)/
/** Methods beyond those that can act for a business account. */
const BUSINESS = /^(edit|stop|pin|unpin|read)/
/** What can be sent so that one person alone sees it; the others learn nothing from a chat action. */
const SEND_EPHEMERAL =
  /^send(Message|RichMessage|Photo|LivePhoto|Audio|Document|Video|VideoNote|Animation|Voice|Sticker|Location|Venue|Contact|ChatAction)$/
const EDIT_EPHEMERAL = /^(editMessage(Text|Caption|Media|ReplyMarkup)|deleteMessage)$/

/**
 * Sends what answers an update to where that came from: its topic, its business account, the one person who may see it.
 * What names another chat, or such a place itself, goes there.
 *
 * @throws Error when the chat would see the answer to an ephemeral message, unless ephemeral_message_parameters is null;
 * when the update is a guest message, whose chat the bot is not in
 * @see https://core.telegram.org/bots/api#sendmessage
 */
export async function sendAnswer(
  update: Update,
  method: string,
  payload: Fields,
  send: Send,
): Promise<unknown> {
  const { chat_id } = subjectOf(update)
  if (chat_id === undefined || payload.chat_id !== chat_id) return send(method, payload)
  const origin = messageOf(update) ?? contentOf(update)
  if (origin.guest_query_id !== undefined && SEND.test(method)) {
    throw new Error(`${method} does not reach the chat of a guest message: use answerGuestQuery`)
  }
  const placed = { ...payload }
  for (const [key, value] of Object.entries(placeOf(update, origin, method))) {
    if (value !== undefined && placed[key] === undefined) placed[key] = value
  }
  const isForOne =
    origin.ephemeral_message_id !== undefined && payload.ephemeral_message_parameters === undefined
  return isForOne ? sendForOne(update, origin, method, placed, send) : send(method, placed)
}

function placeOf(update: Update, origin: Fields, method: string): Fields {
  const { business_connection_id } = origin
  if (!SEND.test(method)) return BUSINESS.test(method) ? { business_connection_id } : {}
  // Elsewhere the id is that of a thread of replies, which an answer need not join.
  const isTopic = origin.is_topic_message === true || kindOf(update) === 'stopped_message_generation'
  return {
    business_connection_id,
    message_thread_id: isTopic ? origin.message_thread_id : undefined,
    direct_messages_topic_id: fields(origin.direct_messages_topic).topic_id,
  }
}

async function sendForOne(update: Update, origin: Fields, method: string, payload: Fields, send: Send) {
  const { ephemeral_message_id } = origin
  const { user_id } = subjectOf(update)
  if (EDIT_EPHEMERAL.test(method) && payload.message_id === origin.message_id) {
    const { message_id: _, inline_message_id: __, ...changes } = payload
    const receiver_user_id = fields(origin.receiver_user).id ?? user_id
    const edit = { ...changes, receiver_user_id, ephemeral_message_id }
    return send(method.replace('Message', 'EphemeralMessage'), edit)
  }
  if (!SEND.test(method)) return send(method, payload)
  if (!SEND_EPHEMERAL.test(method)) {
    throw new Error(`${method} has no ephemeral form: the whole chat would see the answer`)
  }
  const { reply_parameters: _, ...message } = payload
  const receiver = { receiver_user_id: user_id }
  const { id: callback_query_id } = fields('callback_query' in update ? update.callback_query : undefined)
  const reply = callback_query_id
    ? { ephemeral_message_parameters: { ...receiver, callback_query_id } }
    : { ephemeral_message_parameters: receiver, reply_parameters: { ephemeral_message_id } }
  try {
    return await send(method, { ...message, ...reply })
  } catch (error) {
    // After 15 s a reply is refused, and only an administrator may still write to the person.
    if (!(error instanceof TelegramError && error.code === 400)) throw error
    return send(method, { ...message, ephemeral_message_parameters: receiver })
  }
}
