import { createFeed } from '../../support/feed.ts'
import type { Chat, Message } from './types.ts'

export type MessageMatch = string | RegExp | ((message: Message) => boolean)

/** One chat of a bot: what its people see, in order. */
export interface Room {
  readonly chat: Chat
  readonly messages: Message[]
  /** The bot was blocked here. */
  blocked: boolean
  find(messageId: number): Message | undefined
  add(message: Message): void
  replace(message: Message): void
  remove(messageId: number): boolean
  /** What the bot wrote. */
  replies(): Message[]
  waitForReply(matches?: MessageMatch, timeoutMs?: number): Promise<Message>
}

/** @param keep false: messages are forgotten at once, for measurements */
export function createRoom(chat: Chat, keep: boolean): Room {
  const messages: Message[] = []
  const handedOut = new WeakSet<Message>()
  const feed = createFeed(messages)
  const indexOf = (messageId: number) => messages.findLastIndex((m) => m.message_id === messageId)

  const room: Room = {
    chat,
    messages,
    blocked: false,
    find: (messageId) => messages[indexOf(messageId)],
    add(message) {
      if (!keep) return
      messages.push(message)
      feed.touch(message)
    },
    replace(message) {
      messages[indexOf(message.message_id)] = message
      feed.touch(message)
    },
    remove(messageId) {
      const index = indexOf(messageId)
      if (index >= 0) messages.splice(index, 1)
      return index >= 0
    },
    replies: () => messages.filter((message) => message.from.is_bot),
    waitForReply(wanted = () => true, timeoutMs) {
      const claim = (message: Message) => {
        if (!message.from.is_bot || handedOut.has(message) || !matching(message, wanted)) return false
        handedOut.add(message)
        return true
      }
      const missing = () =>
        `No new reply that matches ${wanted}; the bot wrote: ${JSON.stringify(room.replies().map(textOf))}`
      return feed.first(claim, timeoutMs, missing)
    },
  }
  return room
}

function matching(message: Message, wanted: MessageMatch): boolean {
  if (typeof wanted === 'function') return wanted(message)
  return typeof wanted === 'string' ? textOf(message) === wanted : wanted.test(textOf(message))
}

function textOf(message: Message): string {
  return message.text ?? message.caption ?? ''
}
