import { TelegramError } from 'telegraf'
import type { Opts, ResponseParameters, Telegram } from 'telegraf/types'
import { type Dispatcher, Pool, ProxyAgent } from 'undici'
import { backoff, type Clock } from '../clock.ts'

/** One answer of the Bot API, or none, as the metrics count it. */
export interface CallRecord {
  method: string
  /** The HTTP status, or the code of the failure such as ECONNRESET. */
  code: string
  seconds: number
}

export interface CallOptions {
  /** Ends the call, or the wait before its next try. */
  signal?: AbortSignal
  /** For one try; 10 s by default. */
  deadlineMs?: number
  /** How often it may be repeated after a failure that may pass; by default 3 times if the method allows it. */
  retries?: number
}

export interface Api {
  /**
   * Calls a method of the Bot API.
   *
   * Waits as a 429 asks (30 s in all at the most, then gives up) and repeats a 5xx or a failure of the network, but only
   * where the method does no harm twice: a message repeated after a lost answer would arrive twice.
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

/** No valid answer of Telegram: the message names the method and the code, never the address, which holds the token. */
export class Unreachable extends Error {
  override name = 'Unreachable'
  readonly method: string
  readonly code: string

  constructor(method: string, code: string) {
    super(`${method}: no valid answer from Telegram (${code})`)
    this.method = method
    this.code = code
  }
}

const DEADLINE_MS = 10_000
const RETRIES = 3
const LONGEST_RETRY_AFTER_MS = 30_000
/** As many as updates may run at a time; a connection is opened only when all others are busy. */
const CONNECTIONS = 256
const KEEP_ALIVE_MS = 60_000
const REPEATABLE = /^(get|set|answer|edit|delete|sendChatAction$)/

interface Answer {
  ok: boolean
  result?: unknown
  error_code: number
  description: string
  parameters?: ResponseParameters
}

/** @param proxy address of the forward proxy between here and Telegram, or undefined */
export function createApi(settings: {
  token: string
  apiRoot: string
  proxy?: string | undefined
  clock: Clock
  onCall: (record: CallRecord) => void
}): Api {
  const { clock, onCall } = settings
  const root = new URL(settings.apiRoot)
  const path = `${root.pathname.replace(/\/$/, '')}/bot${settings.token}/`
  const dispatcher: Dispatcher = settings.proxy
    ? new ProxyAgent({ uri: settings.proxy, connections: CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS })
    : new Pool(root.origin, { connections: CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS })

  async function attempt(method: string, payload: object, options: CallOptions): Promise<Answer> {
    const started = performance.now()
    const record = (code: string) => onCall({ method, code, seconds: (performance.now() - started) / 1000 })
    const abort = new AbortController()
    const stop = () => abort.abort()
    const timer = setTimeout(stop, options.deadlineMs ?? DEADLINE_MS)
    options.signal?.addEventListener('abort', stop, { once: true })
    try {
      const { statusCode, body } = await dispatcher.request({
        origin: root.origin,
        path: path + method,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(payload, dropNulls),
        signal: abort.signal,
      })
      const answer = parse(await body.text(), statusCode)
      record(String(answer.ok ? statusCode : answer.error_code))
      return answer
    } catch (error) {
      const code = abort.signal.aborted ? (options.signal?.aborted ? 'STOPPED' : 'DEADLINE') : codeOf(error)
      record(code)
      throw new Unreachable(method, code)
    } finally {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', stop)
    }
  }

  async function call(method: string, payload: object, options: CallOptions = {}): Promise<unknown> {
    const retries = options.retries ?? (REPEATABLE.test(method) ? RETRIES : 0)
    let waited = 0
    for (let failures = 1; ; failures++) {
      let wait: number | undefined
      let failure: Error
      try {
        const answer = await attempt(method, payload, options)
        if (answer.ok) return answer.result
        failure = new TelegramError(answer, { method, payload: {} })
        if (answer.error_code >= 500 && failures <= retries) wait = backoff(failures, clock)
        const retryAfter = answer.parameters?.retry_after
        if (answer.error_code === 429 && retryAfter !== undefined && options.retries !== 0)
          wait = retryAfter * 1000
      } catch (error) {
        failure = error as Unreachable
        if (failures <= retries) wait = backoff(failures, clock)
      }
      if (wait === undefined || options.signal?.aborted) throw failure
      waited += wait
      if (waited > LONGEST_RETRY_AFTER_MS) throw failure
      await clock.sleep(wait, options.signal)
      if (options.signal?.aborted) throw failure
    }
  }

  return { call: call as Api['call'], close: () => dispatcher.destroy() }
}

/** Telegraf passes what its caller left out as undefined or null; the Bot API wants neither. */
function dropNulls(_key: string, value: unknown): unknown {
  return value ?? undefined
}

/** @throws Error with the status as its code, when what came is not the Bot API's JSON: a proxy's page, a cut body */
function parse(text: string, status: number): Answer {
  try {
    const answer = JSON.parse(text) as Partial<Answer> | null
    if (answer?.ok === true || (answer?.ok === false && answer.error_code)) return answer as Answer
  } catch {
    // not JSON: told below
  }
  throw Object.assign(new Error('not an answer of the Bot API'), { code: `HTTP_${status}` })
}

function codeOf(error: unknown): string {
  const { code, cause, name } = error as { code?: string; cause?: { code?: string }; name?: string }
  return code ?? cause?.code ?? name ?? 'UNKNOWN'
}
