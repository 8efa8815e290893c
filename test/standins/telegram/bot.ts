import type { Account } from './account.ts'
import { type BusinessAccount, connectBusiness } from './business.ts'
import type { Call } from './calls.ts'
import { ApiError } from './errors.ts'
import type { Fault } from './faults.ts'
import { createGroup, createGuestChat, type Group, type GroupOptions, type GuestChat } from './group.ts'
import { FOR_EVERYBODY } from './methods/commands.ts'
import { type About, createPerson, type Person } from './person.ts'
import type { Update } from './queue.ts'
import type { BotCommand, ChatEvent } from './types.ts'

/** A bot as seen from the other side of Telegram: its people, its calls, its bad weather. */
export interface BotAccount {
  readonly username: string
  /** A new person with a private chat. */
  person(about?: About): Person
  group(title: string, members: Person[], options?: GroupOptions): Group
  /** A chat that the bot is not in. */
  guestChat(title: string, members: Person[]): GuestChat
  /** Somebody lets the bot answer in their name. */
  connectBusiness(owner: Person): BusinessAccount
  /** Every call of the Bot API in the order of arrival. */
  readonly calls: Call[]
  /** Also finds a call that was made already. */
  waitForCall(method: string, matches?: (call: Call) => boolean, timeoutMs?: number): Promise<Call>
  fault(fault: Fault): void
  clearFaults(): void
  /** Any update as it is, with an update_id where it has none. @returns the update_id; 0 when the bot did not ask for its kind */
  push(update: Update): number
  /** How many updates the bot has not confirmed. */
  readonly pending: number
  /** Whether a long poll is held at this moment. */
  readonly polled: boolean
  /** Answers the held poll with nothing, so that the bot calls again at once. */
  releasePoll(): void
  /** The menu of commands that everybody sees. */
  readonly commands: BotCommand[]
  /** @returns stops listening */
  onEvent(listener: (event: ChatEvent) => void): () => void
  /** The token is worth nothing from now on: 401, for the held poll too. */
  revoke(): void
}

export function createBotAccount(account: Account): BotAccount {
  const { queue, calls, faults } = account
  return {
    username: account.me.username ?? '',
    person: (about) => createPerson(account, about),
    group: (title, members, options) => createGroup(account, title, members, options),
    guestChat: (title, members) => createGuestChat(account, title, members),
    connectBusiness: (owner) => connectBusiness(account, owner),
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
    releasePoll: account.polling.release,
    get commands() {
      return account.commands.get(FOR_EVERYBODY) ?? []
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
