import type { Context, Middleware } from 'telegraf'
import type { BotCommand } from 'telegraf/types'
import type { Kind } from './botApi.ts'

/** One thing that the bot can do. */
export interface Feature {
  /** Named in the log line of each update that it handles. */
  name: string
  /** What Telegram's menu and /help show; absent for what is reached in another way. */
  commands?: (BotCommand & { command: Lowercase<string> })[]
  /** The kinds of update that the bot asks Telegram for and passes on to it, and no others; by default ['message']. */
  kinds?: Kind[]
  /** Only what asks this bot for an answer: sent by a person, in a group addressed to the bot, of an album one message. */
  onlyIfAsked?: boolean
  /** Answers what it understands, and passes everything else on with next(). A command arrives in lower case. */
  handlers: Middleware<Context>
}
