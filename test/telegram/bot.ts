import type { Account } from './account.ts'
import type { Call } from './calls.ts'
import { ApiError } from './errors.ts'
import type { Fault } from './faults.ts'
import { createDoings } from './people.ts'
import type { Update } from './queue.ts'
import type { MessageMatch } from './room.ts'
import { createSignal } from './signal.ts'
import type { Answer, BotCommand, ChatEvent, Message, User } from './types.ts'

/** A bot as seen from the other side of Telegram: its people, its calls, its bad weather. */
export interface BotAccount {
  readonly username: string
  /** A new person with a private chat. */
  person(about?: About): Person
  group(title: string, members: Person[]): Group
  /** Every call of the Bot API in the order of arrival. */
  readonly calls: Call[]
  /** Also finds a call that was made already. */
  waitForCall(method: string, matches?: (call: Call) => boolean, timeoutMs?: number): Promise<Call>
  fault(fault: Fault): void
  clearFaults(): void
  /** Any update as it is, with an update_id where it has none. @returns the update_id; 0 when the bot does not want its type */
  push(update: Update): number
  /** How many updates the bot has not confirmed. */
  readonly pending: number
  /** Whether a long poll is held at this moment. */
  readonly polled: boolean
  /** The menu of commands that everybody sees. */
  readonly commands: BotCommand[]
  /** @returns stops listening */
  onEvent(listener: (event: ChatEvent) => void): () => void
  /** The token is worth nothing from now on: 401. */
  revoke(): void
}

export interface About {
  first_name?: string
  last_name?: string
  username?: string
  language_code?: string
}

interface Conversation {
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
  /** The bot is told by my_chat_member, and its messages are refused. */
  block(): void
  unblock(): void
  readonly answers: Answer[]
  /** The first answer to a press that was not handed out before. */
  waitForAnswer(timeoutMs?: number): Promise<Answer>
}

export interface Group extends Conversation {
  send(person: Person, text: string): number
  reply(person: Person, messageId: number, text: string): number
  press(person: Person, buttonText: string): number
}

/** Beyond 32 bits, as Telegram's newer ones are. */
const FIRST_PERSON_ID = 6_000_000_000
const FIRST_GROUP_ID = -1_002_000_000_000

export function createBotAccount(account: Account): BotAccount {
  const { queue, calls, faults } = account

  const person = (about: About = {}): Person => {
    const id = FIRST_PERSON_ID + account.rooms.size
    const named = { first_name: 'Ada', ...about }
    const user: User = { id, is_bot: false, ...named }
    const { language_code: _, ...chatName } = named
    const room = account.open({ id, type: 'private', ...chatName })
    const doings = createDoings(account, room)
    const answers: Answer[] = []
    const signal = createSignal()
    let answersHandedOut = 0
    account.listeners.add((event) => {
      if (event.type !== 'answer' || event.user_id !== id) return
      answers.push(event.answer)
      signal.notify()
    })
    const block = (blocked: boolean) => {
      room.blocked = blocked
      const status = (kicked: boolean) => ({ status: kicked ? 'kicked' : 'member', user: account.me })
      queue.push({
        my_chat_member: {
          chat: room.chat,
          from: user,
          date: Math.floor(Date.now() / 1000),
          old_chat_member: status(!blocked),
          new_chat_member: status(blocked),
        },
      })
    }
    return {
      id,
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
      async waitForAnswer(timeoutMs = 5000) {
        const nth = answersHandedOut++
        return signal.until(
          () => answers[nth],
          timeoutMs,
          () => `No answer to press ${nth + 1}`,
        )
      },
    }
  }

  return {
    username: account.me.username ?? '',
    person,
    group(title) {
      const id = FIRST_GROUP_ID - account.rooms.size
      const room = account.open({ id, type: 'supergroup', title })
      const doings = createDoings(account, room)
      return {
        id,
        messages: room.messages,
        get replies() {
          return room.replies()
        },
        waitForReply: room.waitForReply,
        send: (from, text) => doings.write(from.user, text),
        reply: (from, messageId, text) => doings.write(from.user, text, messageId),
        press: (from, buttonText) => doings.press(from.user, buttonText),
      }
    },
    calls: calls.list,
    waitForCall: calls.waitFor,
    fault: faults.add,
    clearFaults: faults.clear,
    push: queue.push,
    get pending() {
      return queue.size
    },
    get polled() {
      return account.polling.held
    },
    get commands() {
      return account.commands.get('[{"type":"default"},""]') ?? []
    },
    onEvent(listener) {
      account.listeners.add(listener)
      return () => account.listeners.delete(listener)
    },
    revoke() {
      account.revoked = true
      account.polling.terminate(new ApiError(401, 'Unauthorized'))
    },
  }
}
