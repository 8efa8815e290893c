import { randomUUID } from 'node:crypto'
import { createFeed } from '../../support/feed.ts'
import type { Account } from './account.ts'
import type { Conversation } from './conversation.ts'
import { createTopic, type Topic } from './topic.ts'
import type { Answer, Draft, User } from './types.ts'
import { createUserActions, type UserActions } from './userActions.ts'

export interface About {
  first_name?: string
  last_name?: string
  username?: string
  language_code?: string
}

/** A person and the private chat with the bot. */
export interface Person extends Conversation, UserActions {
  readonly user: User
  createTopic(name: string): Topic
  /** Asks the bot by its name while writing in some other chat. */
  inlineQuery(query: string): number
  /** A press on a button of a message that the bot knows by its inline_message_id alone. */
  pressInline(inlineMessageId: string, data: string): number
  /** What the bot is writing just now. */
  readonly draft: Draft | undefined
  /** @throws when the bot shows no draft that may be stopped */
  stopDraft(): number
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
  const user: User = { id: FIRST_PERSON_ID + account.chats.size, is_bot: false, ...name }
  const { language_code: _, ...chatName } = name
  const chat = account.open({ id: user.id, type: 'private', ...chatName }, [user])

  const answers: Answer[] = []
  const handedOut = new WeakSet<Answer>()
  const feed = createFeed(answers)
  account.answered.set(user.id, (answer) => {
    answers.push(answer)
    feed.touch(answer)
  })

  const block = (blocked: boolean) => {
    if (chat.blocked === blocked) return
    chat.blocked = blocked
    const member = (kicked: boolean) => ({ status: kicked ? 'kicked' : 'member', user: account.me })
    account.queue.push({
      my_chat_member: {
        chat: chat.info,
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
    messages: chat.messages,
    get replies() {
      return chat.replies()
    },
    waitForReply: chat.waitForReply,
    ...createUserActions(account, chat, user),
    createTopic: (name) => createTopic(account, chat, user, name),
    inlineQuery(query) {
      const id = randomUUID()
      account.inlineQueries.add(id)
      return account.queue.push({ inline_query: { id, from: user, query, offset: '' } })
    },
    pressInline(inline_message_id, data) {
      const id = randomUUID()
      account.queries.set(id, { user_id: user.id, chat_id: user.id })
      const chat_instance = String(user.id)
      return account.queue.push({
        callback_query: { id, from: user, inline_message_id, chat_instance, data },
      })
    },
    get draft() {
      return chat.draft
    },
    stopDraft() {
      const { draft } = chat
      if (!draft?.can_stop) throw new Error('The bot shows no draft that may be stopped')
      account.draft(chat, draft.keep_on_stop ? { ...draft, can_stop: false } : undefined)
      // Telegram's server writes this number as text.
      const stopped = { chat: chat.info, draft_id: String(draft.draft_id) }
      return account.queue.push({ stopped_message_generation: stopped })
    },
    block: () => block(true),
    unblock: () => block(false),
    answers,
    waitForAnswer(timeoutMs) {
      const claim = (answer: Answer) => !handedOut.has(answer) && Boolean(handedOut.add(answer))
      return feed.first(claim, timeoutMs, () => `No new answer to a press; ${answers.length} came before`)
    },
  }
}
