import type { Context } from 'telegraf'
import { Composer } from 'telegraf'
import type { Message, MessageEntity } from 'telegraf/types'
import type { Feature } from './feature.ts'

const handlers = new Composer()

handlers.on('message', (ctx, next) =>
  isAddressed(ctx, ctx.message) ? ctx.reply('Uh? No te entiendo! Me repetis la pregunta?') : next(),
)

/** The last one: answers what no other feature understood. */
export const fallback: Feature = { name: 'fallback', handlers }

/** Everything in a private chat; in a group a mention of the bot, a command for it, an answer to its message. */
function isAddressed(ctx: Context, message: Message): boolean {
  if (message.chat.id > 0) return true // groups and channels have negative ids
  if ('reply_to_message' in message && message.reply_to_message?.from?.id === ctx.botInfo.id) return true
  const [text, entities] = 'text' in message ? [message.text, message.entities] : captionOf(message)
  return (entities ?? []).some((entity) => names(text, entity, `@${ctx.me.toLowerCase()}`))
}

function captionOf(message: Message): [string, MessageEntity[] | undefined] {
  return 'caption' in message ? [message.caption ?? '', message.caption_entities] : ['', undefined]
}

/** A mention is the name itself; a command ends with it, such as /start@name. */
function names(text: string, { type, offset, length }: MessageEntity, name: string): boolean {
  const part = text.slice(offset, offset + length).toLowerCase()
  return type === 'mention' ? part === name : type === 'bot_command' && part.endsWith(name)
}
