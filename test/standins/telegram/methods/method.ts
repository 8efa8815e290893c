import type { Account } from '../account.ts'
import type { Payload } from '../payload.ts'

/**
 * A method of the Bot API. Its result goes out as `result`.
 * @param onGone registers what to do when the caller's connection is closed
 * @throws ApiError
 */
export type Method = (account: Account, payload: Payload, onGone: (gone: () => void) => void) => unknown

/** A result with a description beside it, as setWebhook has it. */
export class Described {
  readonly result: unknown
  readonly description: string

  constructor(result: unknown, description: string) {
    this.result = result
    this.description = description
  }
}
