import { randomUUID } from 'node:crypto'
import type { Account } from './account.ts'
import type { ChatState } from './chatState.ts'
import { type Conversation, createConversation } from './conversation.ts'
import { findEntities } from './entities.ts'
import type { Person } from './person.ts'
import { createTopic, type Topic } from './topic.ts'
import type { Chat } from './types.ts'
import { createUserActions, type Position, type UserActions } from './userActions.ts'

/** A group that the bot reads whole, as one whose privacy mode is off. */
export interface Group extends Conversation {
  /** What a member does here. */
  as(person: Person): UserActions
  send(person: Person, text: string): number
  reply(person: Person, messageId: number, text: string): number
  press(person: Person, buttonText: string): number
  /** What this person sees: everything but the ephemeral messages of others. */
  seenBy(person: Person): Conversation
  /** Only in a forum. */
  createTopic(person: Person, name: string): Topic
  /** Makes a plain group a supergroup with another id; calls that name the old one are told so. */
  upgrade(): Group
}

/** A chat that the bot is not in, and where it may be called. */
export interface GuestChat extends Conversation {
  /** The bot gets a guest_message. */
  summon(person: Person, text: string): number
  press(person: Person, buttonText: string): number
}

export interface GroupOptions {
  /** 'supergroup' by default. */
  type?: 'group' | 'supergroup'
  is_forum?: true
  /** The direct messages of a channel: each person has a topic, which the bot's answers must name. */
  is_direct_messages?: true
}

const FIRST_SUPERGROUP_ID = -1_002_000_000_000
const FIRST_GROUP_ID = -4_000_000

/** @param members those who may write there */
export function createGroup(
  account: Account,
  title: string,
  members: Person[],
  options: GroupOptions = {},
): Group {
  const { type = 'supergroup', ...traits } = options
  const first = type === 'group' ? FIRST_GROUP_ID : FIRST_SUPERGROUP_ID
  const info: Chat = { id: first - account.chats.size, type, title, ...traits }
  const chat = account.open(
    info,
    members.map(({ user }) => user),
  )
  const as = (person: Person) => {
    const { user } = checkMember(chat, person)
    const place = traits.is_direct_messages && { direct_messages_topic: { topic_id: user.id, user } }
    const position: Position = place ? { place } : {}
    return createUserActions(account, chat, user, position)
  }
  return {
    id: info.id,
    messages: chat.messages,
    get replies() {
      return chat.replies()
    },
    waitForReply: chat.waitForReply,
    as,
    send: (person, text) => as(person).send(text),
    reply: (person, messageId, text) => as(person).reply(messageId, text),
    press: (person, buttonText) => as(person).press(buttonText),
    seenBy: ({ user }) =>
      createConversation(
        chat,
        ({ receiver_user, from }) => !receiver_user || [receiver_user.id, from.id].includes(user.id),
      ),
    createTopic(person, name) {
      if (!traits.is_forum) throw new Error(`${title} is no forum: create it with { is_forum: true }`)
      return createTopic(account, chat, checkMember(chat, person).user, name)
    },
    upgrade() {
      const upgraded = createGroup(account, title, members)
      const [owner] = members
      if (!owner || type !== 'group') throw new Error(`${title} is not a plain group with members`)
      chat.migratedTo = upgraded.id
      as(owner).sendContent({ migrate_to_chat_id: upgraded.id })
      upgraded.as(owner).sendContent({ migrate_from_chat_id: info.id })
      return upgraded
    },
  }
}

export function createGuestChat(account: Account, title: string, members: Person[]): GuestChat {
  const info: Chat = { id: FIRST_SUPERGROUP_ID - account.chats.size - 1_000_000, type: 'supergroup', title }
  const chat = account.openForeign(
    info,
    members.map(({ user }) => user),
  )
  const conversation = createConversation(chat)
  return Object.assign(conversation, {
    summon(person: Person, text: string) {
      const { user } = checkMember(chat, person)
      const guest_query_id = randomUUID()
      account.guestQueries.set(guest_query_id, { caller: user, chat })
      const content = { text, entities: findEntities(text) }
      return account.queue.push({ guest_message: account.post(chat, user, content, { guest_query_id }) })
    },
    press: (person: Person, buttonText: string) =>
      createUserActions(account, chat, checkMember(chat, person).user).press(buttonText),
  })
}

function checkMember(chat: ChatState, person: Person): Person {
  if (chat.members.includes(person.user)) return person
  throw new Error(`${person.user.first_name} is not a member of ${chat.info.title}`)
}
