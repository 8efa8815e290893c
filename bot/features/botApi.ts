// What the Bot API has and @telegraf/types 9.2.1 has not. Source: @grammyjs/types 5.0.0, November 2026.
import type { Context } from 'telegraf'
import type { Chat, InlineQueryResult, Message, MessageEntity, Update, User } from 'telegraf/types'

/** Kinds of update that came later, and the one that 9.2.1 left out of its union. */
export interface LaterUpdates {
  purchased_paid_media: { from: User; paid_media_payload: string }
  guest_message: Message.CommonMessage & { guest_query_id: string; from: User; text?: string }
  managed_bot: { user: User; bot: User }
  /** Telegram's server writes draft_id as text, though the types say number. */
  stopped_message_generation: {
    chat: Chat.PrivateChat
    message_thread_id?: number
    draft_id: number | string
  }
  subscription: { user: User; invoice_payload: string; state: 'canceled' | 'active' | 'failed' }
}

/** Methods that came later. */
export interface LaterMethods {
  sendMessageDraft(args: {
    chat_id: number
    draft_id: number
    text?: string
    entities?: MessageEntity[]
    can_stop?: boolean
    keep_on_stop?: boolean
  }): true
  answerGuestQuery(args: { guest_query_id: string; result: InlineQueryResult }): { inline_message_id: string }
}

declare module '@telegraf/types/manage.js' {
  interface BotCommand {
    /** In a group only the sender and the bot see the command, and its answer. */
    is_ephemeral?: boolean
  }
  interface UserFromGetMe {
    has_topics_enabled?: boolean
    supports_guest_queries?: boolean
  }
}

type KeyOf<T> = T extends unknown ? keyof T : never

/** The name under which an update holds its content. */
export type Kind = Exclude<KeyOf<Update>, 'update_id'> | keyof LaterUpdates

/** All of them; a test compares them with the type. @see https://core.telegram.org/bots/api#update */
export const KINDS = [
  'message edited_message channel_post edited_channel_post business_connection business_message',
  'edited_business_message deleted_business_messages guest_message stopped_message_generation',
  'message_reaction message_reaction_count inline_query chosen_inline_result callback_query',
  'shipping_query pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member',
  'chat_join_request chat_boost removed_chat_boost managed_bot subscription',
].flatMap((kinds) => kinds.split(' ') as Kind[])

/** What Composer.on() takes for a later kind, as it takes 'inline_query' for that. */
export function later<K extends keyof LaterUpdates>(kind: K) {
  return (update: Update): update is Update & Record<K, LaterUpdates[K]> => kind in update
}

/** What ctx.telegram.callApi() is for the other methods. */
export function callLater<M extends keyof LaterMethods>(
  ctx: Context,
  method: M,
  payload: Parameters<LaterMethods[M]>[0],
): Promise<ReturnType<LaterMethods[M]>> {
  return ctx.telegram.callApi(method as never, payload as never)
}
