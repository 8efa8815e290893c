import { type ChatState, type MessageMatch, matching } from './chatState.ts'
import type { Message } from './types.ts'

/** A chat, or a part of one, as a test looks at it. */
export interface Conversation {
  readonly id: number
  /** The chat in order, people and bot. */
  readonly messages: Message[]
  /** What the bot wrote. */
  readonly replies: Message[]
  /** The first reply that matches and was not handed out before; an edited one counts as new. */
  waitForReply(matches?: MessageMatch, timeoutMs?: number): Promise<Message>
}

/** @param includes narrows the chat to a topic, or to what one person sees */
export function createConversation(
  chat: ChatState,
  includes: (message: Message) => boolean = () => true,
): Conversation {
  return {
    id: chat.info.id,
    get messages() {
      return chat.messages.filter(includes)
    },
    get replies() {
      return chat.replies().filter(includes)
    },
    waitForReply: (wanted = () => true, timeoutMs) =>
      chat.waitForReply(
        Object.assign((message: Message) => includes(message) && matching(message, wanted), {
          toString: () => String(wanted),
        }),
        timeoutMs,
      ),
  }
}
