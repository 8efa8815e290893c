import type { Dispatcher } from 'undici'
import { type Answer, parseAnswer, Unreachable } from './answer.ts'

export interface Post {
  origin: string
  /** Up to the method's name. */
  path: string
  method: string
  /** JSON. */
  body: string
  deadlineMs: number
  signal?: AbortSignal | undefined
}

/**
 * One call of the Bot API, answered whole or not at all. undici's own request() makes an abort controller, an async
 * resource and a stream for each.
 *
 * @throws Unreachable
 */
export function post(dispatcher: Dispatcher, call: Post): Promise<Answer> {
  const { origin, path, method, body, deadlineMs, signal } = call
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let failure: Unreachable | undefined
    let status = 0
    const chunks: Buffer[] = []

    const timer = setTimeout(() => fail('DEADLINE'), deadlineMs)
    const onAbort = () => fail('STOPPED')
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }

    function fail(code: string): void {
      if (failure) return
      settle()
      failure = new Unreachable(method, code)
      reject(failure)
      controller?.abort(failure)
    }

    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort)
    dispatcher.dispatch(
      { origin, path: path + method, method: 'POST', headers: HEADERS, body },
      {
        onRequestStart(started) {
          controller = started
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
            resolve(parseAnswer(method, status, Buffer.concat(chunks).toString()))
          } catch (error) {
            reject(error)
          }
        },
        onResponseError(_controller, error) {
          fail(codeOf(error))
        },
      },
    )
  })
}

const HEADERS = { 'content-type': 'application/json' }

function codeOf(error: Error): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  return code ?? cause?.code ?? error.name
}
