import { randomUUID } from 'node:crypto'
import type { Account } from './account.ts'
import type { ChatState } from './chatState.ts'
import { type Conversation, createConversation } from './conversation.ts'
import type { Person } from './person.ts'
import { createUserActions, type UserActions } from './userActions.ts'

/** The account of somebody who has the bot answer their customers. @see https://core.telegram.org/bots/api#businessconnection */
export interface BusinessAccount {
  readonly connectionId: string
  /** The chat of a customer with the owner, and what the customer does there. */
  chatWith(customer: Person): Conversation & UserActions
  disconnect(): void
}

/** Connects the bot, which hears of it by business_connection. */
export function connectBusiness(account: Account, owner: Person): BusinessAccount {
  const id = randomUUID()
  const chats = new Map<number, ChatState>()
  const announce = (is_enabled: boolean) => {
    const date = Math.floor(Date.now() / 1000)
    const connection = { id, user: owner.user, user_chat_id: owner.id, date, is_enabled }
    account.queue.push({ business_connection: { ...connection, rights: { can_reply: true } } })
  }
  account.businessChats.set(id, chats)
  announce(true)
  return {
    connectionId: id,
    chatWith({ user }) {
      const { id: userId, first_name } = user
      const chat =
        chats.get(userId) ?? account.openForeign({ id: userId, type: 'private', first_name }, [user])
      chats.set(userId, chat)
      const position = { kind: 'business_message', place: { business_connection_id: id } } as const
      return Object.assign(createConversation(chat), createUserActions(account, chat, user, position))
    },
    disconnect() {
      account.businessChats.delete(id)
      announce(false)
    },
  }
}
