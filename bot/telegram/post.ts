import type { Dispatcher, FormData } from 'undici'
import { type ApiResponse, parseApiResponse, Unreachable } from './apiResponse.ts'
import { type Connection, ProxyError } from './connection.ts'

export interface Post {
  origin: string
  /** Up to the method's name. */
  path: string
  method: string
  /** JSON, or a form with files. */
  body: string | FormData
  deadlineMs: number
  signal?: AbortSignal | undefined
}

/**
 * One call of the Bot API, answered whole or not at all. undici's own request() makes an abort controller, an async
 * resource and a stream for each.
 *
 * @throws Unreachable
 */
export function post({ telegram, isDirect }: Connection, call: Post): Promise<ApiResponse> {
  const { origin, path, method, body, deadlineMs, signal } = call
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let failure: Unreachable | undefined
    let status = 0
    let turn = 0
    let idleMs = 0
    const chunks: Buffer[] = []

    const timer = setTimeout(() => fail('DEADLINE'), deadlineMs)
    const onAbort = () => fail('STOPPED')
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }

    function fail(code: string, options?: { neverSent: boolean; reason?: string | undefined }): void {
      if (failure) return
      settle()
      // undici starts a request when there is a connection for it: what it never started has not left.
      failure = new Unreachable(method, code, { neverSent: !controller, ...options })
      reject(failure)
      controller?.abort(failure)
    }

    /**
     * A server may end an idle connection, in an orderly way, in the very moment in which it is used again, and the call is
     * lost unread. Then the end is there when the event loop looks at its sockets next, without having waited for anything;
     * a busy loop may need a turn or two more.
     * Behind a proxy it may be the proxy's end, which comes while Telegram already has the call.
     */
    function closedUnread(code: string): boolean {
      const { uvMetricsInfo, idleTime } = performance.nodeTiming
      const soon = uvMetricsInfo.loopCount - turn <= 3 && idleTime - idleMs < 1
      return isDirect && soon && code === 'UND_ERR_SOCKET' && status === 0 && typeof body === 'string'
    }

    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort)
    telegram.dispatch(
      {
        origin,
        path: path + method,
        method: 'POST',
        headers: typeof body === 'string' ? JSON_HEADERS : null,
        body,
      },
      {
        onRequestStart(started) {
          controller = started
          turn = performance.nodeTiming.uvMetricsInfo.loopCount
          idleMs = performance.nodeTiming.idleTime
          if (failure) started.abort(failure) // it waited for a connection until its deadline
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          settle()
          try {
            resolve(parseApiResponse(method, status, Buffer.concat(chunks).toString()))
          } catch (error) {
            reject(error)
          }
        },
        onResponseError(_controller, error) {
          const code = codeOf(error)
          const reason = error instanceof ProxyError ? error.message : undefined
          fail(code, { neverSent: !controller || closedUnread(code), reason })
        },
      },
    )
  })
}

const JSON_HEADERS = { 'content-type': 'application/json' }

function codeOf(error: Error): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return code ?? cause?.code ?? error.name
}
