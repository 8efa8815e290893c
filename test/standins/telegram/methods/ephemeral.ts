import type { Account } from '../account.ts'
import type { ChatState } from '../chatState.ts'
import { badRequest } from '../errors.ts'
import { integer, type Payload } from '../payload.ts'
import type { Message } from '../types.ts'
import { edit, readText } from './messages.ts'
import type { Method } from './method.ts'
import { findWritableChat } from './target.ts'

/** Messages of a group that one person sees. @see https://core.telegram.org/bots/api#editephemeralmessagetext */
export const ephemeral: Record<string, Method> = {
  editEphemeralMessageText(account, payload) {
    const { chat, message } = findSent(account, payload)
    edit(account, chat, message, readText(payload), payload)
    return true
  },

  editEphemeralMessageReplyMarkup(account, payload) {
    const { chat, message } = findSent(account, payload)
    edit(account, chat, message, {}, payload)
    return true
  },

  deleteEphemeralMessage(account, payload) {
    const { chat, message } = findSent(account, payload)
    chat.remove(message)
    const { ephemeral_message_id = 0 } = message
    account.emit({ type: 'delete', chat_id: chat.info.id, message_id: 0, ephemeral_message_id })
    return true
  },
}

/** A message is named by its chat, its reader and its number; the bot may touch its own alone. */
function findSent(account: Account, payload: Payload): { chat: ChatState; message: Message } {
  const chat = findWritableChat(account, payload)
  const message = chat.findEphemeral(integer(payload, 'ephemeral_message_id') ?? 0)
  const reader = message?.receiver_user?.id
  if (!message?.from.is_bot || reader !== integer(payload, 'receiver_user_id')) {
    throw badRequest('message to edit not found')
  }
  return { chat, message }
}
