import { randomInt } from 'node:crypto'
import { DEFAULT_KINDS, kindOf, readAllowedUpdates } from './updateKinds.ts'

export type Update = Record<string, unknown>

const MAX_UPDATE_ID = 2 ** 31 - 1

/** The updates of one bot that it has not confirmed yet, by update_id. */
export interface UpdateQueue {
  readonly size: number
  /**
   * Adds an update, with an update_id where it has none. One that is malformed, or not above all before, stays as
   * it is.
   * @returns the update_id; 0 when the bot did not ask for its kind
   */
  push(update: Update): number
  /** Forgets everything below `offset`; a negative offset keeps that many of the newest. */
  confirm(offset: number): void
  remove(updateId: number): void
  oldest(limit: number): Update[]
  entries(): Iterable<[updateId: number, update: Update]>
  /** Chooses the kinds of later updates. @param list the value of `allowed_updates` */
  allow(list: unknown[]): void
  readonly allowed: string[]
  /** One listener at a time: the poll that is held, or the webhook. */
  onPush: ((updateId: number, update: Update) => void) | undefined
}

export function createQueue(): UpdateQueue {
  const updates = new Map<number, Update>()
  let next = randomInt(100_000_000, 900_000_000)
  let allowed = DEFAULT_KINDS

  const queue: UpdateQueue = {
    get size() {
      return updates.size
    },
    get allowed() {
      return allowed
    },
    onPush: undefined,
    push(update) {
      const kind = kindOf(update)
      if (kind !== undefined && !allowed.includes(kind)) return 0
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
    allow(list) {
      allowed = readAllowedUpdates(list)
    },
  }
  return queue
}
