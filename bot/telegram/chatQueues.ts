import type { Update } from 'telegraf/types'

/** Then the oldest waiting one goes: the person sends faster than any answer could help. */
const MOST_WAITING_IN_A_CHAT = 20

/** An update that waits for its turn or has it. */
export interface Turn {
  update: Update
  /** The chat's id; for what belongs to no chat, and so waits for nobody, something of its own. */
  key: unknown
  settle: () => void
}

/** The turns of each chat, one after the other. */
export interface ChatQueues {
  /** Queues a turn behind those of its chat. @returns the one that had to go for it, and its chat */
  add(turn: Turn): { dropped: Turn; chat: { told: boolean } } | undefined
  /** Takes the next turn of a chat that has none running; undefined when there is no such chat. */
  next(): Turn | undefined
  /** The turn is over: its chat may have the next one. */
  end(turn: Turn): void
  /** What is running and what waits. */
  turns(): Turn[]
  readonly waiting: number
}

interface Chat {
  running: Turn | undefined
  waiting: Turn[]
  /** Whether somebody was told of a dropped turn since the chat was last without one. */
  told: boolean
}

export function createChatQueues(): ChatQueues {
  const chats = new Map<unknown, Chat>()
  /** Those with a turn that waits and none that runs, in the order in which they came to it. */
  const ready = new Set<Chat>()
  let waiting = 0

  function chatOf(key: unknown): Chat {
    let chat = chats.get(key)
    if (!chat) {
      chat = { running: undefined, waiting: [], told: false }
      chats.set(key, chat)
    }
    return chat
  }

  return {
    add(turn) {
      const chat = chatOf(turn.key)
      chat.waiting.push(turn)
      if (!chat.running) ready.add(chat)
      waiting++
      if (chat.waiting.length <= MOST_WAITING_IN_A_CHAT) return undefined
      waiting--
      return { dropped: chat.waiting.shift() as Turn, chat }
    },
    next() {
      const [chat] = ready
      if (!chat) return undefined
      ready.delete(chat)
      waiting--
      chat.running = chat.waiting.shift()
      return chat.running
    },
    end({ key }) {
      const chat = chatOf(key)
      chat.running = undefined
      if (chat.waiting.length > 0) ready.add(chat)
      else chats.delete(key)
    },
    turns: () =>
      [...chats.values()].flatMap((chat) => (chat.running ? [chat.running, ...chat.waiting] : chat.waiting)),
    get waiting() {
      return waiting
    },
  }
}
