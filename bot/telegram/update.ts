import type { Update } from 'telegraf/types'
import { KINDS, type Kind } from '../features/botApi.ts'
import type { Feature } from '../features/feature.ts'

/** What a log line says of an update: ids and its kind, never what people write. */
export interface Subject {
  update_id: number
  chat_id?: number
  user_id?: number
  kind: Kind | 'other'
}

export type Fields = Record<string, unknown>

/** Telegram's ids are 32 bits and positive, https://core.telegram.org/bots/api#update */
const LARGEST_ID = 2 ** 31 - 1

/** Whether something that came from outside can be confirmed and told apart from others; its content may be anything. */
export function isUpdate(value: unknown): value is Update {
  const { update_id } = fields(value)
  return Number.isInteger(update_id) && (update_id as number) > 0 && (update_id as number) <= LARGEST_ID
}

export function kindsOf({ kinds = ['message'] }: Feature): Kind[] {
  return kinds
}

/** The kinds to ask Telegram for: all that some feature handles. */
export function allowedUpdates(features: Feature[]): Kind[] {
  const handled = new Set(features.flatMap(kindsOf))
  return KINDS.filter((kind) => handled.has(kind))
}

/** `other` for a kind of a later release: the values are bounded, as they become a label. */
export function kindOf(update: Update): Kind | 'other' {
  return KINDS.find((kind) => kind in update) ?? 'other'
}

/** Finds who an update is about, whatever of it is missing or of a wrong type: it comes from outside. */
export function subjectOf(update: Update): Subject {
  const content = contentOf(update)
  const { from, user, boost, source = fields(boost).source } = content
  const { chat = { id: content.user_chat_id } } = messageOf(update) ?? content
  const chat_id = fields(chat).id
  const user_id = fields(from ?? user ?? fields(source).user).id
  return {
    update_id: update.update_id,
    ...(Number.isSafeInteger(chat_id) && { chat_id: chat_id as number }),
    ...(Number.isSafeInteger(user_id) && { user_id: user_id as number }),
    kind: kindOf(update),
  }
}

/** What people wrote, asked for inline, or pressed: personal data. A text, or nothing: a log's field has one type. */
export function textOf(update: Update): string | undefined {
  const { text, caption, data, query } = contentOf(update)
  return [text, caption, data, query].find((value) => typeof value === 'string')
}

/** The message that an update is, or under which a button was pressed. */
export function messageOf(update: Update): Fields | undefined {
  const kind = kindOf(update)
  const content = contentOf(update)
  if (kind === 'callback_query') return content.message === undefined ? undefined : fields(content.message)
  return /message$|post$/.test(kind) ? content : undefined
}

/** What an update holds under its kind. */
export function contentOf(update: Update): Fields {
  const kind = kindOf(update)
  if (kind !== 'other') return fields((update as unknown as Fields)[kind])
  return fields(Object.values(update).find((value) => typeof value === 'object'))
}

/** The value's properties; none of what is no object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
