import type { Account, MessageExtra } from '../account.ts'
import type { ChatState } from '../chatState.ts'
import { ApiError, badRequest } from '../errors.ts'
import { flag, integer, type Payload, string } from '../payload.ts'
import type { Place, ReplyMarkup } from '../types.ts'

/** The topic that every forum has; a message names it by naming none. */
const GENERAL_TOPIC = 1

/**
 * The chat that a call names.
 * @throws ApiError 400 when there is none, or when it has become a supergroup
 */
export function findChat(account: Account, payload: Payload): ChatState {
  if (payload.chat_id === undefined || payload.chat_id === '') throw badRequest('chat_id is empty')
  const chat = getChatStates(account, payload).get(integer(payload, 'chat_id') ?? 0)
  if (!chat) throw badRequest('chat not found')
  if (chat.migratedTo !== undefined) {
    const parameters = { migrate_to_chat_id: chat.migratedTo }
    throw new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', parameters)
  }
  return chat
}

/** @throws ApiError 400 when there is no such chat, 403 when the bot may not write there */
export function findWritableChat(account: Account, payload: Payload): ChatState {
  const chat = findChat(account, payload)
  if (chat.blocked) throw new ApiError(403, 'Forbidden: bot was blocked by the user')
  return chat
}

/**
 * Everything about a new message that is not its content: where in the chat it goes, what it answers, its buttons.
 * @throws ApiError 400 when a topic, a reader or the message that is answered does not exist
 */
export function readExtra(chat: ChatState, payload: Payload): MessageExtra {
  const place = {
    ...readTopic(chat, payload),
    ...readDirectTopic(chat, payload),
    ...readReceiver(chat, payload),
  }
  const connection = string(payload, 'business_connection_id')
  if (connection) Object.assign(place, { business_connection_id: connection })
  const reply_markup = payload.reply_markup as ReplyMarkup | undefined
  return { ...place, reply_markup, reply_to_message: findReplied(chat, payload, place) }
}

/** @throws ApiError 400 when the chat has no such topic */
export function readTopic(chat: ChatState, payload: Payload): Place {
  const thread = integer(payload, 'message_thread_id')
  if (!thread) return {}
  if (!chat.topics.has(thread)) throw badRequest('message thread not found')
  return { message_thread_id: thread, is_topic_message: true }
}

/** As readTopic, for what may also be done in the topic General. */
export function readTopicOrGeneral(chat: ChatState, payload: Payload): Place {
  const general = chat.info.is_forum && integer(payload, 'message_thread_id') === GENERAL_TOPIC
  return general ? {} : readTopic(chat, payload)
}

/** @see https://core.telegram.org/bots/api#directmessagestopic; the words of the refusals are ours */
function readDirectTopic({ info, members }: ChatState, payload: Payload): Place {
  const topic_id = integer(payload, 'direct_messages_topic_id')
  if (!info.is_direct_messages) {
    if (topic_id) throw badRequest('the chat is not a direct messages chat')
    return {}
  }
  if (!topic_id) throw badRequest('direct messages topic must be specified')
  const user = members.find(({ id }) => id === topic_id)
  if (!user) throw badRequest('direct messages topic not found')
  return { direct_messages_topic: { topic_id, user } }
}

/** @see https://core.telegram.org/bots/api#sendmessage ephemeral_message_parameters */
function readReceiver(chat: ChatState, payload: Payload): Place {
  const parameters = payload.ephemeral_message_parameters
  if (parameters === undefined) return {}
  if (typeof parameters !== 'object' || parameters === null) {
    throw badRequest("can't parse ephemeral message parameters JSON object")
  }
  // Telegram's answer for a private chat, as users of the Bot API report it.
  if (chat.info.type === 'private') throw badRequest('BOT_NOT_ADMIN')
  const receiverId = integer(parameters as Payload, 'receiver_user_id')
  const receiver_user = chat.members.find(({ id }) => id === receiverId)
  if (!receiver_user) throw badRequest('user not found')
  return { receiver_user, ephemeral_message_id: chat.nextEphemeralId() }
}

function findReplied(chat: ChatState, payload: Payload, place: Place) {
  const reply = payload.reply_parameters as Payload | undefined
  const ephemeralId = reply && integer(reply, 'ephemeral_message_id')
  const messageId = reply ? integer(reply, 'message_id') : integer(payload, 'reply_to_message_id')
  if (ephemeralId !== undefined) {
    const replied = chat.findEphemeral(ephemeralId)
    const reader = place.receiver_user?.id
    if (!replied || (replied.from.id !== reader && replied.receiver_user?.id !== reader)) {
      throw badRequest('message to be replied not found')
    }
    return replied
  }
  if (messageId === undefined) return undefined
  const replied = chat.find(messageId)
  if (!replied && !flag(reply ?? payload, 'allow_sending_without_reply')) {
    throw badRequest('message to be replied not found')
  }
  return replied
}

function getChatStates(account: Account, payload: Payload): Map<number, ChatState> {
  const connection = string(payload, 'business_connection_id')
  if (!connection) return account.chats
  const chats = account.businessChats.get(connection)
  if (!chats) throw badRequest('business connection not found')
  return chats
}
