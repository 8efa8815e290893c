import { randomUUID } from 'node:crypto'
import type { Account } from './account.ts'
import { findEntities } from './entities.ts'
import { onTheWire } from './methods/messages.ts'
import type { Room } from './room.ts'
import type { Content, InlineButton, Message, User } from './types.ts'

/** What a person does in a chat; every deed becomes one update, whose update_id is returned. */
export interface Doings {
  write(person: User, text: string, replyTo?: number): number
  edit(person: User, messageId: number, text: string): number
  press(person: User, buttonText: string): number
  pressData(person: User, messageId: number, data: string): number
  shareLocation(person: User, latitude: number, longitude: number): number
}

export function createDoings(account: Account, room: Room): Doings {
  const post = (person: User, content: Content, replyTo?: number) => {
    const reply_to_message = replyTo === undefined ? undefined : room.find(replyTo)
    const message = account.post(room, person, content, {
      reply_to_message: reply_to_message && onTheWire(reply_to_message),
    })
    return account.queue.push({ message })
  }

  const pressData = (person: User, messageId: number, data: string) => {
    const message = room.find(messageId)
    const id = randomUUID()
    account.queries.set(id, { user_id: person.id, chat_id: room.chat.id })
    return account.queue.push({
      callback_query: {
        id,
        from: person,
        // A message that is gone is "inaccessible": its date is 0.
        message: message ? onTheWire(message) : { chat: room.chat, message_id: messageId, date: 0 },
        chat_instance: String(room.chat.id),
        data,
      },
    })
  }

  return {
    write: (person, text, replyTo) => post(person, written(text), replyTo),
    shareLocation: (person, latitude, longitude) => post(person, { location: { latitude, longitude } }),
    edit(person, messageId, text) {
      const message = room.find(messageId)
      if (message?.from.id !== person.id)
        throw new Error(`${person.first_name} wrote no message ${messageId}`)
      const { entities: _, ...kept } = message
      const edited: Message = { ...kept, ...written(text), edit_date: Math.floor(Date.now() / 1000) }
      room.replace(edited)
      account.emit({ type: 'edit', chat_id: room.chat.id, message: edited })
      return account.queue.push({ edited_message: edited })
    },
    pressData,
    press(person, buttonText) {
      for (const message of room.replies().reverse()) {
        const button = buttonsOf(message).find(({ text }) => text === buttonText)
        if (button?.callback_data) return pressData(person, message.message_id, button.callback_data)
      }
      throw new Error(`No button "${buttonText}" in this chat`)
    },
  }
}

function written(text: string): Content {
  const entities = findEntities(text)
  return entities.length > 0 ? { text, entities } : { text }
}

function buttonsOf(message: Message): InlineButton[] {
  return message.reply_markup?.inline_keyboard?.flat() ?? []
}
