import type { Update, UserFromGetMe } from 'telegraf/types'
import { type Fields, fields, kindOf, messageOf, subjectOf } from './update.ts'

/** What a person can send. A message with none of it is a service message, of today or of a later release. */
const CONTENT = [
  ...['text', 'rich_message', 'photo', 'live_photo', 'video', 'animation', 'video_note', 'voice', 'audio'],
  ...['document', 'paid_media', 'sticker', 'story', 'contact', 'location', 'venue'],
  ...['poll', 'checklist', 'dice', 'game'],
]

/** Albums that are remembered; the parts of one arrive within seconds. */
const MAX_ALBUMS = 1000

/** Who is answered. */
export interface Audience {
  /** Whether somebody asks this bot for an answer. */
  isAsked(update: Update): boolean
  /** True once for an album, whose parts are updates of their own: for the first part that claims it, and for that again. */
  claimAnswer(update: Update): boolean
}

export function createAudience(me: UserFromGetMe): Audience {
  const name = `@${me.username.toLowerCase()}`
  const claims = new Map<string, unknown>()

  /** Whether a message of a group answers one of the bot's, mentions it, or holds a command for it. */
  function isAddressed(message: Fields): boolean {
    if (fields(fields(message.reply_to_message).from).id === me.id) return true
    const { text = message.caption, entities = message.caption_entities } = message
    return (Array.isArray(entities) ? entities : []).some((entity) => {
      const { type, offset, length } = fields(entity)
      const part = String(text)
        .slice(Number(offset), Number(offset) + Number(length))
        .toLowerCase()
      return type === 'mention' ? part === name : type === 'bot_command' && part.endsWith(name)
    })
  }

  return {
    isAsked(update) {
      const message = messageOf(update)
      const kind = kindOf(update)
      if (kind === 'callback_query' || !message) return kind === 'callback_query'
      if (!isFromPerson(update) || !CONTENT.some((key) => key in message)) return false
      const isPrivate = (subjectOf(update).chat_id ?? 0) > 0 // groups and channels have negative ids
      return isPrivate || kind === 'guest_message' || isAddressed(message)
    },
    claimAnswer(update) {
      const { media_group_id, message_id } = messageOf(update) ?? {}
      if (media_group_id === undefined) return true
      const album = `${subjectOf(update).chat_id} ${media_group_id}`
      if (!claims.has(album)) claims.set(album, message_id)
      if (claims.size > MAX_ALBUMS) claims.delete(claims.keys().next().value as string)
      return claims.get(album) === message_id
    },
  }
}

/**
 * Whether another bot wrote the message: two that answer each other never stop. Anonymous administrators and posts that
 * Telegram forwards to their channel's group have a sender of Telegram's own, which may count as a bot.
 */
export function isFromBot(update: Update): boolean {
  if (kindOf(update) === 'callback_query') return false // the message is the bot's own
  const { from, chat, sender_chat, is_automatic_forward, sender_business_bot } = messageOf(update) ?? {}
  const isForChat = sender_chat !== undefined && fields(sender_chat).id === fields(chat).id
  const isBot = fields(from).is_bot === true && !isForChat && is_automatic_forward !== true
  return isBot || sender_business_bot !== undefined
}

/** Whether a person did it, who may be told what became of it; in a channel nobody is, and a business owner neither. */
export function isFromPerson(update: Update): boolean {
  const kind = kindOf(update)
  const message = messageOf(update)
  if (!message || /post$/.test(kind) || isFromBot(update)) return false
  const { chat_id, user_id } = subjectOf(update)
  // What the owner of a business account writes to a customer arrives like what the customer writes.
  return kind === 'callback_query' || message.business_connection_id === undefined || chat_id === user_id
}

/** The length of the command, such as /start@name, with which a message begins; 0 where it begins with none. */
export function commandLength(update: Update): number {
  const { text, entities } = messageOf(update) ?? {}
  const { type, offset, length } = fields(Array.isArray(entities) ? entities[0] : undefined)
  const isCommand = typeof text === 'string' && type === 'bot_command' && offset === 0
  return isCommand && kindOf(update) !== 'callback_query' ? Number(length) : 0
}

/** The same update with the command in lower case: telephones capitalize the first letter that people type. */
export function withLowerCaseCommand(update: Update): Update {
  const message = messageOf(update)
  const text = String(message?.text)
  const length = commandLength(update)
  const command = text.slice(0, length).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
  if (text.startsWith(command)) return update
  return { ...update, [kindOf(update)]: { ...message, text: command + text.slice(length) } } as Update
}
