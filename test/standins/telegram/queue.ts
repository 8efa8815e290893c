import { randomInt } from 'node:crypto'

export type Update = Record<string, unknown>

/** Types that a bot gets only when it asks for them. @see https://core.telegram.org/bots/api#getupdates */
const ON_DEMAND = ['chat_member', 'message_reaction', 'message_reaction_count']
const BY_DEFAULT = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'callback_query',
  'inline_query',
  'chosen_inline_result',
  'my_chat_member',
  'chat_join_request',
  'poll',
  'poll_answer',
]
const MAX_UPDATE_ID = 2 ** 31 - 1

/** The updates of one bot that it has not confirmed yet, by update_id. */
export interface UpdateQueue {
  readonly size: number
  /**
   * Adds an update, with an update_id where it has none. One that is malformed, or not above all before, stays as
   * it is.
   * @returns the update_id; 0 when the bot does not want its type
   */
  push(update: Update): number
  /** Forgets everything below `offset`; a negative offset keeps that many of the newest. */
  confirm(offset: number): void
  remove(updateId: number): void
  oldest(limit: number): Update[]
  entries(): Iterable<[updateId: number, update: Update]>
  /** Types of later updates; an empty list means Telegram's default. */
  allow(types: string[]): void
  readonly allowed: string[]
  /** One listener at a time: the poll that is held, or the webhook. */
  onPush: ((updateId: number, update: Update) => void) | undefined
}

export function createQueue(): UpdateQueue {
  const updates = new Map<number, Update>()
  let next = randomInt(100_000_000, 900_000_000)
  let allowed: string[] = []

  const wanted = (update: Update) => {
    const type = Object.keys(update).find((key) => key !== 'update_id') ?? ''
    if (allowed.length === 0) return !ON_DEMAND.includes(type)
    // What Telegram does not know is a test's malformed update, and always goes through.
    return allowed.includes(type) || !(BY_DEFAULT.includes(type) || ON_DEMAND.includes(type))
  }

  const queue: UpdateQueue = {
    get size() {
      return updates.size
    },
    get allowed() {
      return allowed
    },
    onPush: undefined,
    push(update) {
      if (!wanted(update)) return 0
      const given = update.update_id
      const id =
        Number.isInteger(given) && Number(given) >= next && Number(given) <= MAX_UPDATE_ID
          ? Number(given)
          : next
      next = id + 1
      const stored = 'update_id' in update ? update : { update_id: id, ...update }
      updates.set(id, stored)
      queue.onPush?.(id, stored)
      return id
    },
    confirm(offset) {
      let surplus = offset < 0 ? updates.size + offset : Number.POSITIVE_INFINITY
      for (const id of updates.keys()) {
        if (surplus-- <= 0 || (offset >= 0 && id >= offset)) return
        updates.delete(id)
      }
    },
    remove: (updateId) => void updates.delete(updateId),
    oldest(limit) {
      const oldest: Update[] = []
      for (const [id, update] of updates) {
        // No offset confirms a malformed update_id: such an update goes out once.
        if (update.update_id !== id) updates.delete(id)
        if (oldest.push(update) >= limit) break
      }
      return oldest
    },
    entries: () => updates.entries(),
    allow(types) {
      allowed = types
    },
  }
  return queue
}
