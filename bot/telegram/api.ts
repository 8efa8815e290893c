import { TelegramError } from 'telegraf'
import type { Opts, Telegram } from 'telegraf/types'
import { backoff, type Clock } from '../clock.ts'
import { type ApiResponse, Unreachable } from './apiResponse.ts'
import { createConnection, type ProxySettings } from './connection.ts'
import { post } from './post.ts'
import { createForm, filesOf, isStream } from './upload.ts'

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
   * Waits as a 429 asks (up to 30 s in all, then gives up). Repeats what was never sent, whatever the method; a 5xx or a
   * lost connection only for methods that may run twice: the first attempt may have succeeded. A stream is read only once,
   * so that a call with one is repeated only if it was never sent.
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

export function createApi(
  settings: {
    token: string
    apiRoot: string
    clock: Clock
    onCall: (record: CallRecord) => void
  } & ProxySettings,
): Api {
  const { token, apiRoot, clock, onCall } = settings
  const { origin, pathname } = new URL(apiRoot)
  const path = `${pathname.replace(/\/$/, '')}/bot${token}/`
  const connection = createConnection(origin, settings)

  async function attempt(
    method: string,
    payload: object,
    options: CallOptions & { holdsFile: boolean },
  ): Promise<ApiResponse> {
    const { holdsFile, signal, deadlineMs = holdsFile ? UPLOAD_DEADLINE_MS : DEADLINE_MS } = options
    const started = performance.now()
    let code = 'FILE' // cannot be read
    let unreadable: unknown
    try {
      const body = holdsFile
        ? await createForm(payload, {
            from: connection.anywhere,
            signal: AbortSignal.timeout(deadlineMs),
            onUnreadable: (error) => {
              unreadable = error
            },
          })
        : JSON.stringify(payload, dropNulls)
      const answer = await post(connection, { origin, path, method, body, deadlineMs, signal })
      code = answer.ok ? '200' : String(answer.error_code)
      return answer
    } catch (error) {
      if (unreadable !== undefined) throw unreadable
      if (error instanceof Unreachable) code = error.code
      throw error
    } finally {
      onCall({ method, code, seconds: (performance.now() - started) / 1000 })
    }
  }

  async function call(method: string, payload: object, options: CallOptions = {}): Promise<unknown> {
    const { retries = RETRIES, signal } = options
    const files = filesOf(payload)
    const once = files.some(isStream)
    let waited = 0
    for (let failures = 1; ; failures++) {
      let failure: unknown
      try {
        const answer = await attempt(method, payload, { ...options, holdsFile: files.length > 0 })
        if (answer.ok) return answer.result
        failure = new TelegramError(answer, { method, payload: {} })
      } catch (error) {
        failure = error
      }
      if (failures > retries || signal?.aborted || !mayRepeat(method, once, failure)) throw failure
      const wait = retryAfterMs(failure) ?? backoff(failures, clock)
      waited += wait
      if (waited > MOST_WAITED_MS) throw failure
      await clock.sleep(wait, signal)
      if (signal?.aborted) throw failure
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
      const migrated = chatId && !filesOf(payload).some(isStream) && migrate(payload, chatId)
      if (!migrated) throw error
      options.onMigrated?.(chatId)
      return call(method, migrated, options)
    }
  }

  return { call: callWhereTheChatIs as Api['call'], close: connection.close }
}

/** Telegraf passes what its caller left out as undefined or null; the Bot API wants neither. */
function dropNulls(_key: string, value: unknown): unknown {
  return value ?? undefined
}

function mayRepeat(method: string, once: boolean, failure: unknown): boolean {
  if (failure instanceof Unreachable && failure.neverSent) return true
  if (once) return false
  if (failure instanceof Unreachable) return REPEATABLE.test(method)
  if (!(failure instanceof TelegramError)) return false
  return retryAfterMs(failure) !== undefined || (failure.code >= 500 && REPEATABLE.test(method))
}

function retryAfterMs(failure: unknown): number | undefined {
  const seconds = failure instanceof TelegramError ? failure.parameters?.retry_after : undefined
  return seconds === undefined ? undefined : seconds * 1000
}

/** The payload with the new id of its chat; undefined where it names two and does not say which of them moved. */
function migrate(payload: Record<string, unknown>, newId: number): object | undefined {
  const { chat_id, from_chat_id, reply_parameters } = payload
  const named = [...new Set([chat_id, from_chat_id])].filter((id) => id !== undefined)
  const [oldId, ...others] = named.length > 1 ? named.filter(isBasicGroup) : named
  if (oldId === undefined || others.length > 0) return undefined
  const follow = (id: unknown) => (id === oldId ? newId : id)
  // The message that is answered has another number there.
  const reply = reply_parameters && { ...reply_parameters, allow_sending_without_reply: true }
  return { ...payload, chat_id: follow(chat_id), from_chat_id: follow(from_chat_id), reply_parameters: reply }
}

/** Only these become supergroups, whose ids are below. @see https://core.telegram.org/api/bots/ids */
function isBasicGroup(id: unknown): boolean {
  return Number(id) < 0 && Number(id) > -1e12
}
