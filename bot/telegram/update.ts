import type { Update } from 'telegraf/types'

/** What a log line says of an update: ids, never what people write. */
export interface Subject {
  update_id: number
  chat_id?: number
  user_id?: number
}

/** The kinds that the bot asks Telegram for. */
export const ALLOWED_UPDATES = ['message', 'callback_query'] as const

/** Telegram's ids are 32 bits and positive, https://core.telegram.org/bots/api#update */
const LARGEST_ID = 2 ** 31 - 1

/** Whether something that came from outside can be confirmed and told apart from others; its content may be anything. */
export function isUpdate(value: unknown): value is Update {
  const { update_id } = record(value)
  return Number.isInteger(update_id) && (update_id as number) > 0 && (update_id as number) <= LARGEST_ID
}

/** Finds who an update is about, whatever of it is missing or of a wrong type: it comes from outside. */
export function subjectOf(update: Update): Subject {
  const subject: Subject = { update_id: update.update_id }
  const content = record(Object.values(update).find((value) => typeof value === 'object'))
  const chat = record(content.chat ?? record(content.message).chat).id
  const user = record(content.from).id
  if (Number.isSafeInteger(chat)) subject.chat_id = chat as number
  if (Number.isSafeInteger(user)) subject.user_id = user as number
  return subject
}

/** `message`, `callback_query`, or `other`: bounded, as it becomes a label. */
export function kindOf(update: Update): (typeof ALLOWED_UPDATES)[number] | 'other' {
  return ALLOWED_UPDATES.find((kind) => kind in update) ?? 'other'
}

/** What the person wrote or pressed: personal data. */
export function contentOf(update: Update): { text?: unknown } {
  const { message, callback_query } = update as { message?: unknown; callback_query?: unknown }
  const { text, caption } = record(message)
  return { text: text ?? caption ?? record(callback_query).data }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
