import { randomInt } from 'node:crypto'
import { type CallLog, createCallLog } from './calls.ts'
import { createFaults, type Faults } from './faults.ts'
import type { Upload } from './payload.ts'
import { createPolling, type Polling } from './polling.ts'
import { createQueue, type UpdateQueue } from './queue.ts'
import { createRoom, type Room } from './room.ts'
import type { Answer, BotCommand, Chat, ChatEvent, Content, Message, ReplyMarkup, User } from './types.ts'
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
  readonly rooms: Map<number, Room>
  /** By scope and language. */
  readonly commands: Map<string, BotCommand[]>
  /** How people hear of the answers to their presses, by user id. */
  readonly answered: Map<number, (answer: Answer) => void>
  /** Callback queries that wait for their answer: who pressed, and where. */
  readonly queries: Map<string, { user_id: number; chat_id: number }>
  readonly files: Map<string, Upload>
  readonly listeners: Set<(event: ChatEvent) => void>
  revoked: boolean
  open(chat: Chat): Room
  emit(event: ChatEvent): void
  /** Puts a message into a chat. */
  post(room: Room, from: User, content: Content, extra?: MessageExtra): Message
}

export interface MessageExtra {
  reply_markup?: ReplyMarkup | undefined
  reply_to_message?: Message | undefined
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
    rooms: new Map(),
    commands: new Map(),
    answered: new Map(),
    queries: new Map(),
    files: new Map(),
    listeners: new Set(),
    revoked: false,
    open(chat) {
      const room = createRoom(chat, settings.record)
      account.rooms.set(chat.id, room)
      return room
    },
    emit(event) {
      for (const listener of account.listeners) listener(event)
    },
    post(room, from, content, extra) {
      const message: Message = {
        message_id: ++lastMessageId,
        from,
        chat: room.chat,
        date: Math.floor(Date.now() / 1000),
        ...content,
      }
      if (extra?.reply_to_message) message.reply_to_message = extra.reply_to_message
      if (extra?.reply_markup) message.reply_markup = extra.reply_markup
      room.add(message)
      account.emit({ type: 'message', chat_id: room.chat.id, message })
      return message
    },
  }
  return account
}
