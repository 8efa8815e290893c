import { randomInt } from 'node:crypto'
import { type CallLog, createCallLog } from './calls.ts'
import { type ChatState, createChatState } from './chatState.ts'
import { createFaults, type Faults } from './faults.ts'
import type { Upload } from './payload.ts'
import { createPolling, type Polling } from './polling.ts'
import { createQueue, type UpdateQueue } from './queue.ts'
import type {
  Answer,
  BotCommand,
  Chat,
  ChatEvent,
  Content,
  Draft,
  Message,
  Place,
  ReplyMarkup,
  User,
} from './types.ts'
import { createWebhook, type Webhook } from './webhook.ts'
import { runReply } from './webhookReply.ts'

export interface AccountSettings {
  /** false: neither calls nor messages are kept. */
  record: boolean
  conflictPauseMs: number
  /** Wait before the nth repetition (0, 1, …) of a webhook's update. */
  webhookRetryMs: (failures: number) => number
  webhookTimeoutMs: number
  /** Where the address of a webhook leads, when its host is known to nobody. */
  webhookRoute: (url: string) => string
}

/** What Telegram knows about one bot. */
export interface Account {
  readonly me: User
  readonly queue: UpdateQueue
  readonly polling: Polling
  readonly webhook: Webhook
  readonly calls: CallLog
  readonly faults: Faults
  readonly chats: Map<number, ChatState>
  /** By scope and language. */
  readonly commands: Map<string, BotCommand[]>
  /** How people hear of the answers to their presses, by user id. */
  readonly answered: Map<number, (answer: Answer) => void>
  /** Callback queries that wait for their answer: who pressed, and where. */
  readonly queries: Map<string, { user_id: number; chat_id: number }>
  /** Inline queries that wait for their answer, by id. */
  readonly inlineQueries: Set<string>
  /** Guest queries that wait for their answer: by whom, and where. */
  readonly guestQueries: Map<string, { caller: User; chat: ChatState }>
  /** Messages that the bot knows by their inline_message_id alone. */
  readonly inlineMessages: Map<string, { chat: ChatState; message_id: number }>
  /** The chats of business accounts that the bot is connected to, by connection and chat id. */
  readonly businessChats: Map<string, Map<number, ChatState>>
  readonly files: Map<string, Upload>
  readonly listeners: Set<(event: ChatEvent) => void>
  revoked: boolean
  /** A new chat with the bot. */
  open(info: Chat, members: User[]): ChatState
  /** A new chat that the bot cannot write to by its id. */
  openForeign(info: Chat, members: User[]): ChatState
  emit(event: ChatEvent): void
  /** Shows what the bot is writing in a chat, or nothing more. */
  draft(chat: ChatState, draft: Draft | undefined): void
  /** Puts a message into a chat. */
  post(chat: ChatState, from: User, content: Content, extra?: MessageExtra): Message
}

export interface MessageExtra extends Place {
  reply_markup?: ReplyMarkup | undefined
  reply_to_message?: Message | undefined
  guest_query_id?: string
  guest_bot_caller_user?: User
}

export function createAccount(botId: number, settings: AccountSettings): Account {
  const queue = createQueue()
  let lastMessageId = randomInt(1000)

  const account: Account = {
    me: { id: botId, is_bot: true, first_name: 'Bitácora', username: 'bitacora_bot' },
    queue,
    polling: createPolling(queue, settings.conflictPauseMs),
    webhook: createWebhook(queue, settings, (body) => void runReply(account, body)),
    calls: createCallLog(settings.record),
    faults: createFaults(),
    chats: new Map(),
    commands: new Map(),
    answered: new Map(),
    queries: new Map(),
    inlineQueries: new Set(),
    guestQueries: new Map(),
    inlineMessages: new Map(),
    businessChats: new Map(),
    files: new Map(),
    listeners: new Set(),
    revoked: false,
    open(info, members) {
      const chat = account.openForeign(info, members)
      account.chats.set(info.id, chat)
      return chat
    },
    openForeign: (info, members) => createChatState(info, members, settings.record),
    emit(event) {
      for (const listener of account.listeners) listener(event)
    },
    draft(chat, draft) {
      chat.draft = draft
      account.emit({ type: 'draft', chat_id: chat.info.id, draft })
    },
    post(chat, from, content, extra = {}) {
      const { reply_to_message, reply_markup, ...place } = extra
      const message: Message = {
        message_id: place.ephemeral_message_id === undefined ? ++lastMessageId : 0,
        from,
        chat: chat.info,
        date: Math.floor(Date.now() / 1000),
        ...place,
        ...content,
      }
      if (reply_to_message) message.reply_to_message = reply_to_message
      if (reply_markup) message.reply_markup = reply_markup
      chat.add(message)
      if (from.id === botId && chat.draft) account.draft(chat, undefined)
      account.emit({ type: 'message', chat_id: chat.info.id, message })
      return message
    },
  }
  return account
}
