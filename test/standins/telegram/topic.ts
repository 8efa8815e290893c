import type { Account } from './account.ts'
import type { ChatState } from './chatState.ts'
import { type Conversation, createConversation } from './conversation.ts'
import type { User } from './types.ts'
import { createUserActions, type Position, type UserActions } from './userActions.ts'

const ICON_COLOR = 0x6fb9f0

/** A topic of a forum, or of a private chat. */
export interface Topic extends Conversation {
  /** Its message_thread_id. */
  readonly threadId: number
  /** What somebody does here. */
  as(person: { user: User }): UserActions
}

/** Creates a topic, of which the bot hears by a service message. */
export function createTopic(account: Account, chat: ChatState, creator: User, name: string): Topic {
  const created = { forum_topic_created: { name, icon_color: ICON_COLOR } }
  const first = account.post(chat, creator, created, { is_topic_message: true })
  const threadId = first.message_id
  first.message_thread_id = threadId
  chat.topics.set(threadId, name)
  account.queue.push({ message: first })
  const position: Position = { place: { message_thread_id: threadId, is_topic_message: true } }
  return Object.assign(
    createConversation(chat, (message) => message.message_thread_id === threadId),
    { threadId, as: ({ user }: { user: User }) => createUserActions(account, chat, user, position) },
  )
}
