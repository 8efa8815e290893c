import { createFeed } from '../../support/feed.ts'
import type { Payload } from './payload.ts'

/** One call of the Bot API. */
export interface Call {
  method: string
  payload: Payload
  /** Unix time of its arrival, ms. */
  at: number
  /** HTTP status of the answer; 0 while it is not answered, and for ever when a fault swallowed the answer. */
  status: number
}

export interface CallLog {
  readonly list: Call[]
  arrived(method: string, payload: Payload): Call
  answered(call: Call, status: number): void
  waitFor(method: string, matches?: (call: Call) => boolean, timeoutMs?: number): Promise<Call>
}

/** @param record false: calls are forgotten at once, for measurements */
export function createCallLog(record: boolean): CallLog {
  const list: Call[] = []
  const feed = createFeed(list)
  return {
    list,
    arrived(method, payload) {
      const call = { method, payload, at: Date.now(), status: 0 }
      if (record) {
        list.push(call)
        feed.touch(call)
      }
      return call
    },
    answered(call, status) {
      call.status = status
      if (record) feed.touch(call)
    },
    waitFor(method, matches = () => true, timeoutMs) {
      return feed.first(
        (call) => call.method === method && matches(call),
        timeoutMs,
        () =>
          `No such call of ${method}; there were: ${list.map((call) => call.method).join(', ') || 'none'}`,
      )
    },
  }
}
