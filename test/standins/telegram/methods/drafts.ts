import { badRequest } from '../errors.ts'
import { flag, integer, string } from '../payload.ts'
import { MAX_TEXT } from './messages.ts'
import type { Method } from './method.ts'
import { findWritableChat, readTopic } from './target.ts'

/**
 * A message while it is being written: shown until the bot sends the next one, or for 30 s (here: for ever).
 * @see https://core.telegram.org/bots/api#sendmessagedraft
 */
export const drafts: Record<string, Method> = {
  sendMessageDraft(account, payload) {
    const chat = findWritableChat(account, payload)
    if (chat.info.type !== 'private') throw badRequest('TEXTDRAFT_PEER_INVALID')
    const draft_id = integer(payload, 'draft_id')
    if (!draft_id) throw badRequest('RANDOM_ID_INVALID')
    const text = string(payload, 'text') ?? ''
    if (text.length > MAX_TEXT) throw badRequest('message is too long')
    const { message_thread_id } = readTopic(chat, payload)
    account.draft(chat, {
      draft_id,
      text,
      ...(message_thread_id && { message_thread_id }),
      can_stop: flag(payload, 'can_stop'),
      keep_on_stop: flag(payload, 'keep_on_stop'),
    })
    return true
  },
}
