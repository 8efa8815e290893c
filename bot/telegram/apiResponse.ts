import type { ResponseParameters } from 'telegraf/types'

/** What the Bot API answers. @see https://core.telegram.org/bots/api#making-requests */
export type ApiResponse = { ok: true; result: unknown } | Refusal

interface Refusal {
  ok: false
  error_code: number
  description: string
  parameters?: ResponseParameters
}

/** No valid answer of Telegram: the message names the method and the code, never the address, which holds the token. */
export class Unreachable extends Error {
  override name = 'Unreachable'
  readonly method: string
  /**
   * DEADLINE, STOPPED (the caller's signal), HTTP_<status> for what is no answer of the Bot API, PROXY_<status>, or what
   * the network says.
   */
  readonly code: string
  /** Whether Telegram cannot have seen the call: there was no connection that could carry it. */
  readonly neverSent: boolean

  constructor(
    method: string,
    code: string,
    options: { neverSent?: boolean; reason?: string | undefined } = {},
  ) {
    super(`${method}: ${options.reason ?? `no valid answer from Telegram (${code})`}`)
    this.method = method
    this.code = code
    this.neverSent = options.neverSent ?? false
  }
}

/** @throws Unreachable when what came is not the Bot API's JSON: a proxy's page, a cut body */
export function parseApiResponse(method: string, status: number, text: string): ApiResponse {
  try {
    const answer = JSON.parse(text) as Partial<ApiResponse> | null
    if (answer?.ok === true || (answer?.ok === false && answer.error_code)) return answer as ApiResponse
  } catch {
    // not JSON: told below
  }
  throw new Unreachable(method, `HTTP_${status}`)
}
