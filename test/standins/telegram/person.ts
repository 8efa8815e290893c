import { createFeed } from '../../support/feed.ts'
import type { Account } from './account.ts'
import { createDoings } from './doings.ts'
import type { MessageMatch } from './room.ts'
import type { Answer, Message, User } from './types.ts'

export interface About {
  first_name?: string
  last_name?: string
  username?: string
  language_code?: string
}

/** A chat as a test looks at it. */
export interface Conversation {
  readonly id: number
  /** The chat in order, people and bot. */
  readonly messages: Message[]
  /** What the bot wrote. */
  readonly replies: Message[]
  /** The first reply that matches and was not handed out before; an edited one counts as new. */
  waitForReply(matches?: MessageMatch, timeoutMs?: number): Promise<Message>
}

/** A person and the private chat with the bot. What he does returns the update_id. */
export interface Person extends Conversation {
  readonly user: User
  send(text: string): number
  edit(messageId: number, text: string): number
  /** The newest inline button with this text that the bot really sent. */
  press(buttonText: string): number
  pressData(messageId: number, data: string): number
  shareLocation(latitude: number, longitude: number): number
  /** The bot is told by my_chat_member, and what it sends is refused. What he wrote before still arrives. */
  block(): void
  unblock(): void
  readonly answers: Answer[]
  /** The first answer to a press that was not handed out before. */
  waitForAnswer(timeoutMs?: number): Promise<Answer>
}

/** Beyond 32 bits, as the newer ones of Telegram are. */
const FIRST_PERSON_ID = 6_000_000_000

export function createPerson(account: Account, about: About = {}): Person {
  const name = { first_name: 'Ada', ...about }
  const user: User = { id: FIRST_PERSON_ID + account.rooms.size, is_bot: false, ...name }
  const { language_code: _, ...chatName } = name
  const room = account.open({ id: user.id, type: 'private', ...chatName })
  const doings = createDoings(account, room)

  const answers: Answer[] = []
  const handedOut = new WeakSet<Answer>()
  const feed = createFeed(answers)
  account.answered.set(user.id, (answer) => {
    answers.push(answer)
    feed.touch(answer)
  })

  const block = (blocked: boolean) => {
    if (room.blocked === blocked) return
    room.blocked = blocked
    const member = (kicked: boolean) => ({ status: kicked ? 'kicked' : 'member', user: account.me })
    account.queue.push({
      my_chat_member: {
        chat: room.chat,
        from: user,
        date: Math.floor(Date.now() / 1000),
        old_chat_member: member(!blocked),
        new_chat_member: member(blocked),
      },
    })
  }

  return {
    id: user.id,
    user,
    messages: room.messages,
    get replies() {
      return room.replies()
    },
    waitForReply: room.waitForReply,
    send: (text) => doings.write(user, text),
    edit: (messageId, text) => doings.edit(user, messageId, text),
    press: (buttonText) => doings.press(user, buttonText),
    pressData: (messageId, data) => doings.pressData(user, messageId, data),
    shareLocation: (latitude, longitude) => doings.shareLocation(user, latitude, longitude),
    block: () => block(true),
    unblock: () => block(false),
    answers,
    waitForAnswer(timeoutMs) {
      const claim = (answer: Answer) => !handedOut.has(answer) && Boolean(handedOut.add(answer))
      return feed.first(claim, timeoutMs, () => `No new answer to a press; ${answers.length} came before`)
    },
  }
}
