import { TelegramError } from 'telegraf'
import type { Update } from 'telegraf/types'
import { Unreachable } from './apiResponse.ts'

/** `ok`, `ignored` (nothing for this bot), `refused` or `unreachable` (Telegram's side), `error` (a bug of ours). */
export type Outcome = 'ok' | 'ignored' | 'refused' | 'unreachable' | 'error'

/** Telegraf's words for a reply to the press of a button that somebody shared inline: it has no chat to write to. */
const NO_CHAT = /^Telegraf: .* isn't available for "callback_query"$/

export function outcomeOf(error: unknown, update: Update): Outcome {
  if (error instanceof TelegramError) return error.code >= 500 ? 'unreachable' : 'refused'
  if (error instanceof Unreachable) return 'unreachable'
  const isInline = 'callback_query' in update && update.callback_query?.inline_message_id !== undefined
  return isInline && error instanceof TypeError && NO_CHAT.test(error.message) ? 'ignored' : 'error'
}

/** The level of an update's log line. */
export const LEVEL_OF = {
  ok: 'info',
  ignored: 'info',
  refused: 'warn',
  unreachable: 'warn',
  error: 'error',
} as const satisfies Record<Outcome, string>

/** Telegram's words for a chat that takes no message of ours, whatever it says. */
const CLOSED_CHAT =
  /chat not found|not enough rights|have no rights|PEER_ID_INVALID|CHAT_WRITE_FORBIDDEN|user is deactivated/i

/** Whether a further message to this chat would fail as well: blocked, gone, moved, flooded. */
export function cannotReply(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false
  const moved = error.parameters?.migrate_to_chat_id !== undefined
  return error.code === 403 || error.code === 429 || moved || CLOSED_CHAT.test(error.description)
}
