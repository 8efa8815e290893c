import type { Account } from './account.ts'
import { createDoings } from './doings.ts'
import type { Conversation, Person } from './person.ts'

/** A group that the bot reads whole, as one whose privacy mode is off. */
export interface Group extends Conversation {
  send(person: Person, text: string): number
  reply(person: Person, messageId: number, text: string): number
  press(person: Person, buttonText: string): number
}

const FIRST_GROUP_ID = -1_002_000_000_000

/** @param members those who may write there */
export function createGroup(account: Account, title: string, members: Person[]): Group {
  const room = account.open({ id: FIRST_GROUP_ID - account.rooms.size, type: 'supergroup', title })
  const doings = createDoings(account, room)
  const member = (person: Person) => {
    if (!members.includes(person)) throw new Error(`${person.user.first_name} is not a member of ${title}`)
    return person.user
  }
  return {
    id: room.chat.id,
    messages: room.messages,
    get replies() {
      return room.replies()
    },
    waitForReply: room.waitForReply,
    send: (person, text) => doings.write(member(person), text),
    reply: (person, messageId, text) => doings.write(member(person), text, messageId),
    press: (person, buttonText) => doings.press(member(person), buttonText),
  }
}
