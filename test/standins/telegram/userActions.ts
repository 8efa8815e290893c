import { randomUUID } from 'node:crypto'
import type { Account, MessageExtra } from './account.ts'
import type { ChatState } from './chatState.ts'
import { findEntities } from './entities.ts'
import { FOR_EVERYBODY } from './methods/commands.ts'
import { toApiMessage } from './methods/messages.ts'
import { sampleContact, samplePhoto, sampleSticker, sampleVoice } from './samples.ts'
import type { Content, InlineButton, Message, Place, User } from './types.ts'

/** What a person does in a chat. Each action becomes one update, whose update_id is returned: 0 when the bot did not ask for its kind. */
export interface UserActions {
  send(text: string): number
  reply(messageId: number, text: string): number
  edit(messageId: number, text: string): number
  /** The newest inline button with this text that the bot really sent. */
  press(buttonText: string): number
  pressData(messageId: number, data: string): number
  shareLocation(latitude: number, longitude: number): number
  /** Photos that belong together: a message each, the caption under the first. */
  sendAlbum(photos?: number, caption?: string): number[]
  sendSticker(): number
  sendVoice(): number
  sendContact(): number
  pin(messageId: number): number
  /** A message of any other kind, service messages included. */
  sendContent(content: Content | Record<string, object>): number
}

/** What kind of update a message becomes here, and what the messages of this place have in common. */
export interface Position {
  kind?: 'message' | 'business_message'
  place?: Place
}

export function createUserActions(
  account: Account,
  chat: ChatState,
  person: User,
  { kind = 'message', place = {} }: Position = {},
): UserActions {
  const post = (content: Content, extra: MessageExtra = {}) =>
    account.queue.push({ [kind]: account.post(chat, person, content, { ...place, ...extra }) })

  const pressData = (messageId: number, data: string) => {
    const message = chat.find(messageId)
    const id = randomUUID()
    account.queries.set(id, { user_id: person.id, chat_id: chat.info.id })
    return account.queue.push({
      callback_query: {
        id,
        from: person,
        ...pressedMessage(account, chat, message ?? { chat: chat.info, message_id: messageId, date: 0 }),
        chat_instance: String(chat.info.id),
        data,
      },
    })
  }

  return {
    send: (text) => post(readWritten(text), isEphemeral(account, chat, text) ? whisper(account, chat) : {}),
    reply(messageId, text) {
      const replied = chat.find(messageId)
      return post(readWritten(text), { reply_to_message: replied && toApiMessage(replied) })
    },
    edit(messageId, text) {
      const message = chat.find(messageId)
      if (message?.from.id !== person.id)
        throw new Error(`${person.first_name} wrote no message ${messageId}`)
      const { entities: _, ...kept } = message
      const edited: Message = { ...kept, ...readWritten(text), edit_date: Math.floor(Date.now() / 1000) }
      chat.replace(edited)
      account.emit({ type: 'edit', chat_id: chat.info.id, message: edited })
      return account.queue.push({ [`edited_${kind}`]: edited })
    },
    press(buttonText) {
      for (const message of chat.replies().reverse()) {
        const button = findButton(message, buttonText)
        if (button?.callback_data) return pressData(message.message_id, button.callback_data)
      }
      throw new Error(`No button "${buttonText}" in this chat`)
    },
    pressData,
    shareLocation: (latitude, longitude) => post({ location: { latitude, longitude } }),
    sendAlbum(photos = 2, caption) {
      const media_group_id = String(Date.now()) + randomUUID().slice(0, 4)
      return Array.from({ length: photos }, (_, index) =>
        post({ media_group_id, photo: samplePhoto(), ...(caption && index === 0 && { caption }) }),
      )
    },
    sendSticker: () => post({ sticker: sampleSticker() }),
    sendVoice: () => post({ voice: sampleVoice() }),
    sendContact: () => post({ contact: sampleContact() }),
    pin(messageId) {
      const message = chat.find(messageId)
      if (!message) throw new Error(`There is no message ${messageId} to pin`)
      const { reply_to_message: _, ...pinned_message } = toApiMessage(message)
      return post({ pinned_message })
    },
    sendContent: (content) => post(content),
  }
}

/** In a group, a command that the bot declared ephemeral is seen by nobody else. @see https://core.telegram.org/bots/api#botcommand */
function isEphemeral(account: Account, chat: ChatState, text: string): boolean {
  const command = /^\/(\w+)/.exec(text)?.[1]
  const declared = account.commands.get(FOR_EVERYBODY)?.find((known) => known.command === command)
  return chat.info.type !== 'private' && declared?.is_ephemeral === true
}

const whisper = (account: Account, chat: ChatState): Place => ({
  receiver_user: account.me,
  ephemeral_message_id: chat.nextEphemeralId(),
})

/** A message whose chat the bot is not in has a name only; one that is gone is "inaccessible": its date is 0. */
function pressedMessage(
  account: Account,
  chat: ChatState,
  message: Message | Pick<Message, 'chat' | 'message_id' | 'date'>,
) {
  for (const [inline_message_id, named] of account.inlineMessages) {
    if (named.chat === chat && named.message_id === message.message_id) return { inline_message_id }
  }
  return { message: 'from' in message ? toApiMessage(message) : message }
}

function readWritten(text: string): Content {
  const entities = findEntities(text)
  return entities.length > 0 ? { text, entities } : { text }
}

function findButton(message: Message, text: string): InlineButton | undefined {
  return message.reply_markup?.inline_keyboard?.flat().find((button) => button.text === text)
}
