import type { Account, MessageExtra } from '../account.ts'
import { findEntities } from '../entities.ts'
import { ApiError, badRequest } from '../errors.ts'
import { decimal, flag, integer, type Payload, string } from '../payload.ts'
import type { Room } from '../room.ts'
import type { Content, Entity, Message, ReplyMarkup } from '../types.ts'
import type { Method } from './method.ts'

/** UTF-16 units. @see https://core.telegram.org/bots/api#sendmessage */
const MAX_TEXT = 4096
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'

/** What a bot does with messages of text. @see https://core.telegram.org/bots/api#available-methods */
export const messages: Record<string, Method> = {
  sendMessage(account, payload) {
    const room = writableRoom(account, payload)
    return send(account, room, textOf(payload), payload)
  },

  sendLocation(account, payload) {
    const latitude = decimal(payload, 'latitude')
    const longitude = decimal(payload, 'longitude')
    if (latitude === undefined || longitude === undefined) throw badRequest('location is invalid')
    return send(account, writableRoom(account, payload), { location: { latitude, longitude } }, payload)
  },

  editMessageText: (account, payload) => edit(account, payload, textOf(payload)),

  editMessageReplyMarkup: (account, payload) => edit(account, payload, {}),

  deleteMessage(account, payload) {
    const room = writableRoom(account, payload)
    const message_id = integer(payload, 'message_id') ?? 0
    if (!room.remove(message_id)) throw badRequest('message to delete not found')
    account.emit({ type: 'delete', chat_id: room.chat.id, message_id })
    return true
  },

  sendChatAction(account, payload) {
    const room = writableRoom(account, payload)
    const action = string(payload, 'action')
    if (!action) throw badRequest('wrong parameter action in request')
    account.emit({ type: 'action', chat_id: room.chat.id, action })
    return true
  },

  getChat: (account, payload) => findRoom(account, payload).chat,
}

/** @throws ApiError 400 when there is no such chat, 403 when the bot may not write there */
export function writableRoom(account: Account, payload: Payload): Room {
  const room = findRoom(account, payload)
  if (room.blocked) throw new ApiError(403, 'Forbidden: bot was blocked by the user')
  return room
}

export function send(account: Account, room: Room, content: Content, payload: Payload): Message {
  return onTheWire(account.post(room, account.me, content, extraOf(room, payload)))
}

function findRoom(account: Account, payload: Payload): Room {
  if (payload.chat_id === undefined || payload.chat_id === '') throw badRequest('chat_id is empty')
  const room = account.rooms.get(integer(payload, 'chat_id') ?? 0)
  if (!room) throw badRequest('chat not found')
  return room
}

function textOf(payload: Payload): Content {
  const text = string(payload, 'text') ?? ''
  if (text.trim() === '') throw badRequest('message text is empty')
  if (text.length > MAX_TEXT) throw badRequest('message is too long')
  const entities = findEntities(text, payload.entities as Entity[] | undefined)
  return entities.length > 0 ? { text, entities } : { text }
}

function extraOf(room: Room, payload: Payload): MessageExtra {
  const reply_markup = payload.reply_markup as ReplyMarkup | undefined
  const reply = payload.reply_parameters as Payload | undefined
  const repliedId = reply ? integer(reply, 'message_id') : integer(payload, 'reply_to_message_id')
  if (repliedId === undefined) return { reply_markup }
  const reply_to_message = room.find(repliedId)
  if (!reply_to_message && !flag(reply ?? payload, 'allow_sending_without_reply')) {
    throw badRequest('message to be replied not found')
  }
  return { reply_markup, reply_to_message }
}

function edit(account: Account, payload: Payload, content: Content): Message {
  const room = writableRoom(account, payload)
  const message = room.find(integer(payload, 'message_id') ?? 0)
  if (!message) throw badRequest('message to edit not found')
  if (!message.from.is_bot) throw badRequest("message can't be edited")
  const { reply_markup: _, edit_date: __, ...kept } = message
  const reply_markup = payload.reply_markup as ReplyMarkup | undefined
  const edited: Message = { ...kept, ...content, ...(reply_markup && { reply_markup }) }
  if (content.text !== undefined && !content.entities) delete edited.entities
  const seen = ({ text, entities, reply_markup }: Message) =>
    JSON.stringify([text, entities, reply_markup?.inline_keyboard ?? []])
  if (seen(edited) === seen(message)) throw badRequest(NOT_MODIFIED)
  edited.edit_date = Math.floor(Date.now() / 1000)
  room.replace(edited)
  account.emit({ type: 'edit', chat_id: room.chat.id, message: edited })
  return onTheWire(edited)
}

/** Over the wire only inline keyboards go along with a message. */
export function onTheWire(message: Message): Message {
  if (!message.reply_markup || message.reply_markup.inline_keyboard) return message
  const { reply_markup: _, ...wire } = message
  return wire
}
