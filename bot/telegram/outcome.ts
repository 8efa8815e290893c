import { TelegramError } from 'telegraf'
import { Unreachable } from './answer.ts'

/** `ok`, `ignored` (nothing for this bot), `refused` or `unreachable` (Telegram's side), `error` (a bug of ours). */
export type Outcome = 'ok' | 'ignored' | 'refused' | 'unreachable' | 'error'

export function outcomeOf(error: unknown): Outcome {
  if (error instanceof TelegramError) return error.code >= 500 ? 'unreachable' : 'refused'
  return error instanceof Unreachable ? 'unreachable' : 'error'
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

/** Whether a failure says that a further message to this chat would fail as well: blocked, gone, moved, flooded. */
export function mayNotWrite(error: unknown): boolean {
  if (!(error instanceof TelegramError)) return false
  const moved = error.parameters?.migrate_to_chat_id !== undefined
  return error.code === 403 || error.code === 429 || moved || CLOSED_CHAT.test(error.description)
}
