import { createFeed } from '../../support/feed.ts'
import type { Chat, Draft, Message, User } from './types.ts'

export type MessageMatch = string | RegExp | ((message: Message) => boolean)

/** One chat of a bot: what its people see, in order. */
export interface ChatState {
  readonly info: Chat
  readonly members: User[]
  readonly messages: Message[]
  /** The bot was blocked here. */
  blocked: boolean
  /** The supergroup that this group has become. */
  migratedTo: number | undefined
  /** Names by message_thread_id. */
  readonly topics: Map<number, string>
  /** What the bot is writing. */
  draft: Draft | undefined
  nextEphemeralId(): number
  find(messageId: number): Message | undefined
  findEphemeral(ephemeralMessageId: number): Message | undefined
  add(message: Message): void
  replace(message: Message): void
  /** @returns false when it is not there */
  remove(message: Message | undefined): boolean
  /** What the bot wrote. */
  replies(): Message[]
  waitForReply(matches?: MessageMatch, timeoutMs?: number): Promise<Message>
}

/** @param keep false: messages are forgotten at once, for measurements */
export function createChatState(info: Chat, members: User[], keep: boolean): ChatState {
  const messages: Message[] = []
  const handedOut = new WeakSet<Message>()
  const feed = createFeed(messages)
  const findLast = (matches: (message: Message) => boolean) => messages.findLast(matches)
  const same = (one: Message) => (other: Message) =>
    other.message_id === one.message_id && other.ephemeral_message_id === one.ephemeral_message_id
  let lastEphemeralId = 0

  const chat: ChatState = {
    info,
    members,
    messages,
    blocked: false,
    migratedTo: undefined,
    topics: new Map(),
    draft: undefined,
    nextEphemeralId: () => ++lastEphemeralId,
    // 0 is the message_id of every ephemeral message.
    find: (messageId) => (messageId === 0 ? undefined : findLast((m) => m.message_id === messageId)),
    findEphemeral: (id) => findLast((m) => m.ephemeral_message_id === id),
    add(message) {
      if (!keep) return
      messages.push(message)
      feed.touch(message)
    },
    replace(message) {
      messages[messages.findLastIndex(same(message))] = message
      feed.touch(message)
    },
    remove(message) {
      const index = message ? messages.findLastIndex(same(message)) : -1
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
        `No new reply that matches ${wanted}; the bot wrote: ${JSON.stringify(chat.replies().map(textOf))}`
      return feed.first(claim, timeoutMs, missing)
    },
  }
  return chat
}

export function matching(message: Message, wanted: MessageMatch): boolean {
  if (typeof wanted === 'function') return wanted(message)
  return typeof wanted === 'string' ? textOf(message) === wanted : wanted.test(textOf(message))
}

function textOf(message: Message): string {
  return message.text ?? message.caption ?? ''
}
