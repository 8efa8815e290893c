import { createSignal } from './signal.ts'
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
  /** The first message of the bot that matches and was not handed out before; an edited one counts as new. */
  waitForReply(matches?: MessageMatch, timeoutMs?: number): Promise<Message>
}

/** @param keep false: messages are forgotten at once, for measurements */
export function createRoom(chat: Chat, keep: boolean): Room {
  const messages: Message[] = []
  const handedOut = new Set<Message>()
  const signal = createSignal()
  const indexOf = (messageId: number) => messages.findLastIndex((m) => m.message_id === messageId)

  const room: Room = {
    chat,
    messages,
    blocked: false,
    find: (messageId) => messages[indexOf(messageId)],
    add(message) {
      if (!keep) return
      messages.push(message)
      signal.notify()
    },
    replace(message) {
      messages[indexOf(message.message_id)] = message
      signal.notify()
    },
    remove(messageId) {
      const index = indexOf(messageId)
      if (index >= 0) messages.splice(index, 1)
      return index >= 0
    },
    replies: () => messages.filter((message) => message.from.is_bot),
    async waitForReply(matches = () => true, timeoutMs = 5000) {
      const reply = await signal.until(
        () => room.replies().find((message) => !handedOut.has(message) && matching(message, matches)),
        timeoutMs,
        () =>
          `No new reply that matches ${matches}; the bot wrote: ${JSON.stringify(room.replies().map(textOf))}`,
      )
      handedOut.add(reply)
      return reply
    },
  }
  return room
}

function matching(message: Message, matches: MessageMatch): boolean {
  if (typeof matches === 'function') return matches(message)
  return typeof matches === 'string' ? textOf(message) === matches : matches.test(textOf(message))
}

function textOf(message: Message): string {
  return message.text ?? message.caption ?? ''
}
