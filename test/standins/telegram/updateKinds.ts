/**
 * The kinds of updates in the order in which getWebhookInfo lists them.
 * @see https://core.telegram.org/bots/api#update as @grammyjs/types 5.0.0 describes it
 */
export const UPDATE_KINDS = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'message_reaction',
  'message_reaction_count',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'purchased_paid_media',
  'guest_message',
  'managed_bot',
  'stopped_message_generation',
  'subscription',
]

/** Kinds that a bot gets only when it asks for them. @see https://core.telegram.org/bots/api#getupdates */
const ON_DEMAND = ['chat_member', 'message_reaction', 'message_reaction_count']

export const DEFAULT_KINDS = UPDATE_KINDS.filter((kind) => !ON_DEMAND.includes(kind))

/**
 * The kinds that an `allowed_updates` asks for. Like Telegram's server, it skips unknown names, and takes a list without
 * a known one for an empty list, which means the default.
 * @see https://github.com/tdlib/telegram-bot-api Client.cpp, get_allowed_update_types
 */
export function readAllowedUpdates(list: unknown[]): string[] {
  const asked = UPDATE_KINDS.filter((kind) => list.includes(kind))
  const same = asked.length === 0 || asked.join() === DEFAULT_KINDS.join()
  return same ? DEFAULT_KINDS : asked
}

/** The kind of an update; undefined when it has none, as a malformed one may. */
export function kindOf(update: object): string | undefined {
  return Object.keys(update).find((key) => key !== 'update_id')
}
