import { randomUUID } from 'node:crypto'
import type { Account } from './account.ts'
import { type Conversation, createConversation } from './conversation.ts'
import type { Person } from './person.ts'
import type { Room } from './room.ts'
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
  const rooms = new Map<number, Room>()
  const announce = (is_enabled: boolean) => {
    const date = Math.floor(Date.now() / 1000)
    const connection = { id, user: owner.user, user_chat_id: owner.id, date, is_enabled }
    account.queue.push({ business_connection: { ...connection, rights: { can_reply: true } } })
  }
  account.businessRooms.set(id, rooms)
  announce(true)
  return {
    connectionId: id,
    chatWith({ user }) {
      const { id: userId, first_name } = user
      const room =
        rooms.get(userId) ?? account.openForeign({ id: userId, type: 'private', first_name }, [user])
      rooms.set(userId, room)
      const position = { kind: 'business_message', place: { business_connection_id: id } } as const
      return Object.assign(createConversation(room), createUserActions(account, room, user, position))
    },
    disconnect() {
      account.businessRooms.delete(id)
      announce(false)
    },
  }
}
