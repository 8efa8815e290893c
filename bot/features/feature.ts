import type { Context, Middleware } from 'telegraf'
import type { BotCommand } from 'telegraf/types'

/** One thing that the bot can do. */
export interface Feature {
  /** Named in the log line of each update that it handles. */
  name: string
  /** What Telegram's menu and /help show; absent for what is reached in another way. */
  commands?: BotCommand[]
  /** Answers what it understands, and passes everything else on with next(). */
  handlers: Middleware<Context>
}
