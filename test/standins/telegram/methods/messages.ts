import type { Account } from '../account.ts'
import type { ChatState } from '../chatState.ts'
import { findEntities } from '../entities.ts'
import { badRequest } from '../errors.ts'
import { decimal, integer, type Payload, string } from '../payload.ts'
import type { Content, Entity, Message, ReplyMarkup } from '../types.ts'
import type { Method } from './method.ts'
import { findChat, findWritableChat, readExtra, readTopicOrGeneral } from './target.ts'

/** UTF-16 units. @see https://core.telegram.org/bots/api#sendmessage */
export const MAX_TEXT = 4096
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'

/** What a bot does with messages of text. @see https://core.telegram.org/bots/api#available-methods */
export const messages: Record<string, Method> = {
  sendMessage(account, payload) {
    const chat = findWritableChat(account, payload)
    return send(account, chat, readText(payload), payload)
  },

  sendLocation(account, payload) {
    const latitude = decimal(payload, 'latitude')
    const longitude = decimal(payload, 'longitude')
    if (latitude === undefined || longitude === undefined) throw badRequest('location is invalid')
    return send(account, findWritableChat(account, payload), { location: { latitude, longitude } }, payload)
  },

  editMessageText: (account, payload) => editNamed(account, payload, readText(payload)),

  editMessageReplyMarkup: (account, payload) => editNamed(account, payload, {}),

  deleteMessage(account, payload) {
    const chat = findWritableChat(account, payload)
    const message_id = integer(payload, 'message_id') ?? 0
    if (!chat.remove(chat.find(message_id))) throw badRequest('message to delete not found')
    account.emit({ type: 'delete', chat_id: chat.info.id, message_id })
    return true
  },

  sendChatAction(account, payload) {
    const chat = findWritableChat(account, payload)
    const action = string(payload, 'action')
    if (!action) throw badRequest('wrong parameter action in request')
    readTopicOrGeneral(chat, payload)
    account.emit({ type: 'action', chat_id: chat.info.id, action })
    return true
  },

  getChat: (account, payload) => findChat(account, payload).info,
}

export function send(account: Account, chat: ChatState, content: Content, payload: Payload): Message {
  return toApiMessage(account.post(chat, account.me, content, readExtra(chat, payload)))
}

export function readText(payload: Payload): Content {
  const text = string(payload, 'text') ?? ''
  if (text.trim() === '') throw badRequest('message text is empty')
  if (text.length > MAX_TEXT) throw badRequest('message is too long')
  const entities = findEntities(text, payload.entities as Entity[] | undefined)
  return entities.length > 0 ? { text, entities } : { text }
}

/** @throws ApiError 400 when the edit changes nothing */
export function edit(
  account: Account,
  chat: ChatState,
  message: Message,
  content: Content,
  payload: Payload,
): Message {
  const { reply_markup: _, edit_date: __, ...kept } = message
  const reply_markup = payload.reply_markup as ReplyMarkup | undefined
  const edited: Message = { ...kept, ...content, ...(reply_markup && { reply_markup }) }
  if (content.text !== undefined && !content.entities) delete edited.entities
  const seen = ({ text, entities, reply_markup }: Message) =>
    JSON.stringify([text, entities, reply_markup?.inline_keyboard ?? []])
  if (seen(edited) === seen(message)) throw badRequest(NOT_MODIFIED)
  edited.edit_date = Math.floor(Date.now() / 1000)
  chat.replace(edited)
  account.emit({ type: 'edit', chat_id: chat.info.id, message: edited })
  return toApiMessage(edited)
}

/** Edits a message that is named by its chat and number, or by its inline_message_id alone. */
function editNamed(account: Account, payload: Payload, content: Content): Message | true {
  const inlineId = string(payload, 'inline_message_id')
  if (inlineId !== undefined) {
    const named = account.inlineMessages.get(inlineId)
    const message = named?.chat.find(named.message_id)
    if (!named || !message) throw badRequest('MESSAGE_ID_INVALID')
    edit(account, named.chat, message, content, payload)
    return true
  }
  const chat = findWritableChat(account, payload)
  const message = chat.find(integer(payload, 'message_id') ?? 0)
  if (!message) throw badRequest('message to edit not found')
  if (!message.from.is_bot) throw badRequest("message can't be edited")
  return edit(account, chat, message, content, payload)
}

/** As it goes over the wire: only inline keyboards go along. */
export function toApiMessage(message: Message): Message {
  if (!message.reply_markup || message.reply_markup.inline_keyboard) return message
  const { reply_markup: _, ...wire } = message
  return wire
}
