import { TelegramError } from 'telegraf'
import type { Opts, Telegram } from 'telegraf/types'
import { Pool, ProxyAgent } from 'undici'
import { backoff, type Clock } from '../clock.ts'
import { type Answer, Unreachable } from './answer.ts'
import { post } from './post.ts'
import { createUpload, holdsFile } from './upload.ts'

/** One answer of the Bot API, or none, as the metrics count it. */
export interface CallRecord {
  method: string
  /** 200, the code of the refusal, or that of the failure such as ECONNRESET. */
  code: string
  seconds: number
}

export interface CallOptions {
  /** Ends the call, or the wait before its next try. */
  signal?: AbortSignal
  /** For one try; 10 s by default, 60 s with a file. */
  deadlineMs?: number
  /** Called when the chat has become a supergroup, with the id of that, to which the call is sent once more. */
  onMigrated?: (chatId: number) => void
  /** How often it may be repeated after a failure that may pass; 3 times by default. */
  retries?: number
}

export interface Api {
  /**
   * Calls a method of the Bot API.
   *
   * Waits as a 429 asks (30 s in all at the most, then gives up). Repeats what never left this machine; a 5xx or a lost
   * connection only where the method does no harm twice, as the message of a lost answer may have arrived. A file is sent
   * in one try, for a stream that was read is gone.
   *
   * @throws TelegramError when Telegram refuses, without the payload, which holds what people write
   * @throws Unreachable when no valid answer comes within the deadline
   */
  call<M extends keyof Telegram>(
    method: M,
    payload: Opts<M>,
    options?: CallOptions,
  ): Promise<ReturnType<Telegram[M]>>
  close(): Promise<void>
}

const DEADLINE_MS = 10_000
const UPLOAD_DEADLINE_MS = 60_000
const RETRIES = 3
/** All waits of one call together. */
const MOST_WAITED_MS = 30_000
const REPEATABLE = /^(get|set|answer|edit|delete|sendChatAction$)/
const NEVER_SENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]
const CONNECTION = {
  /** As many as updates may run at a time, and one for the poll; opened only when all others are busy. */
  connections: 257,
  keepAliveTimeout: 60_000,
  /** Below the deadline, so that a try that never left is known as such. */
  connectTimeout: 5_000,
}

/** @param proxy address of the forward proxy between here and an https apiRoot, or undefined */
export function createApi(settings: {
  token: string
  apiRoot: string
  proxy?: string | undefined
  clock: Clock
  onCall: (record: CallRecord) => void
}): Api {
  const { token, apiRoot, clock, onCall } = settings
  const { origin, pathname, protocol } = new URL(apiRoot)
  const path = `${pathname.replace(/\/$/, '')}/bot${token}/`
  const proxy = protocol === 'https:' ? settings.proxy : undefined
  const dispatcher = proxy ? new ProxyAgent({ uri: proxy, ...CONNECTION }) : new Pool(origin, CONNECTION)
  const upload = createUpload({ token, apiRoot, proxy })

  async function attempt(method: string, payload: object, options: CallOptions): Promise<Answer> {
    const { deadlineMs = DEADLINE_MS, signal } = options
    const started = performance.now()
    let code = 'FILE' // cannot be read
    try {
      const answer = holdsFile(payload)
        ? await upload(method, payload, options.deadlineMs ?? UPLOAD_DEADLINE_MS)
        : await post(dispatcher, {
            origin,
            path,
            method,
            body: JSON.stringify(payload, dropNulls),
            deadlineMs,
            signal,
          })
      code = answer.ok ? '200' : String(answer.error_code)
      return answer
    } catch (error) {
      if (error instanceof Unreachable) code = error.code
      throw error
    } finally {
      onCall({ method, code, seconds: (performance.now() - started) / 1000 })
    }
  }

  async function call(method: string, payload: object, options: CallOptions = {}): Promise<unknown> {
    const retries = holdsFile(payload) ? 0 : (options.retries ?? RETRIES)
    let waited = 0
    for (let failures = 1; ; failures++) {
      let failure: unknown
      try {
        const answer = await attempt(method, payload, options)
        if (answer.ok) return answer.result
        failure = new TelegramError(answer, { method, payload: {} })
      } catch (error) {
        failure = error
      }
      if (failures > retries || options.signal?.aborted || !mayRepeat(method, failure)) throw failure
      const wait = retryAfterMs(failure) ?? backoff(failures, clock)
      waited += wait
      if (waited > MOST_WAITED_MS) throw failure
      await clock.sleep(wait, options.signal)
      if (options.signal?.aborted) throw failure
    }
  }

  async function callWhereTheChatIs(
    method: string,
    payload: Record<string, unknown>,
    options: CallOptions = {},
  ) {
    try {
      return await call(method, payload, options)
    } catch (error) {
      const chatId = error instanceof TelegramError ? error.parameters?.migrate_to_chat_id : undefined
      const migrated = chatId && migrate(payload, chatId)
      if (!migrated) throw error
      options.onMigrated?.(chatId)
      return call(method, migrated, options)
    }
  }

  return { call: callWhereTheChatIs as Api['call'], close: () => dispatcher.destroy() }
}

/** Telegraf passes what its caller left out as undefined or null; the Bot API wants neither. */
function dropNulls(_key: string, value: unknown): unknown {
  return value ?? undefined
}

function mayRepeat(method: string, failure: unknown): boolean {
  if (failure instanceof Unreachable) return REPEATABLE.test(method) || NEVER_SENT.includes(failure.code)
  if (!(failure instanceof TelegramError)) return false
  return retryAfterMs(failure) !== undefined || (failure.code >= 500 && REPEATABLE.test(method))
}

function retryAfterMs(failure: unknown): number | undefined {
  const seconds = failure instanceof TelegramError ? failure.parameters?.retry_after : undefined
  return seconds === undefined ? undefined : seconds * 1000
}

/** The payload with the new id of its chat; undefined when it does not say which of two chats that is. */
function migrate(payload: Record<string, unknown>, newId: number): object | undefined {
  const { chat_id, from_chat_id, reply_parameters } = payload
  const chats = [chat_id, from_chat_id].filter((id) => id !== undefined)
  const [oldId, ...others] = new Set(chats).size > 1 ? chats.filter(isBasicGroup) : new Set(chats)
  if (oldId === undefined || others.length > 0) return undefined
  const moved = Object.entries({ chat_id, from_chat_id }).filter(([, id]) => id === oldId)
  return {
    ...payload,
    ...Object.fromEntries(moved.map(([key]) => [key, newId])),
    // Messages have other numbers there.
    ...(reply_parameters !== undefined && {
      reply_parameters: { ...Object(reply_parameters), allow_sending_without_reply: true },
    }),
  }
}

/** Only these become supergroups, whose ids begin at -1 000 000 000 001. @see https://core.telegram.org/api/bots/ids */
function isBasicGroup(id: unknown): boolean {
  return typeof id === 'number' && id < 0 && id > -1e12
}
