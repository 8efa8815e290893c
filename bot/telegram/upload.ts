import { Agent } from 'node:https'
import { Telegram, TelegramError } from 'telegraf'
import { type Answer, Unreachable } from './answer.ts'

/** The type of the shim that telegraf was built with; node-fetch takes Node's own. */
type Signal = NonNullable<NonNullable<Parameters<Telegram['callApi']>[2]>['signal']>

/**
 * Files go through Telegraf's own multipart client. Its errors are replaced: they hold the address, and with it the token,
 * or the payload.
 *
 * @param proxy of an https apiRoot
 * @returns a function that throws Unreachable, or what the file system says of the file
 */
export function createUpload(settings: { token: string; apiRoot: string; proxy: string | undefined }) {
  const { token, apiRoot, proxy } = settings
  const agent = proxy && { agent: new Agent({ keepAlive: true, proxyEnv: { HTTPS_PROXY: proxy } }) }
  const client = new Telegram(token, { apiRoot: `${apiRoot}/`, webhookReply: false, ...agent })

  return async (method: string, payload: object, deadlineMs: number): Promise<Answer> => {
    const signal = AbortSignal.timeout(deadlineMs)
    const fields = Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, field(value)]))
    try {
      const result = await client.callApi(method as never, fields as never, { signal: signal as Signal })
      return { ok: true, result }
    } catch (error) {
      if (error instanceof TelegramError) return { ok: false, ...error.response }
      if (signal.aborted) throw new Unreachable(method, 'DEADLINE')
      const { name, code, type } = error as { name: string; code?: string; type?: string }
      throw name === 'FetchError' ? new Unreachable(method, code ?? type ?? name) : error
    }
  }
}

/** The shapes of telegraf's InputFile: in a field, as its media, or in a list of media. */
export function holdsFile(payload: object): boolean {
  return Object.entries(payload).some(([key, value]) => {
    if (key === 'link_preview_options') return false // its url is an address to show, not a file
    return Array.isArray(value)
      ? value.some((item) => isFile(item?.media))
      : isFile(value) || isFile(value?.media)
  })
}

/** Beside a file the client drops objects such as reply_parameters, unless they are JSON already. */
function field(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return isFile(value) || 'media' in value ? value : JSON.stringify(value)
}

function isFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('source' in value || 'url' in value)
}
