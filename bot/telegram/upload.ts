import { type Telegram, TelegramError } from 'telegraf'
import { type Api, Unreachable } from './api.ts'

/** Files take longer than words. */
const UPLOAD_DEADLINE_MS = 60_000

/**
 * Gives Telegraf's client our way of calling. What holds a file still goes through its own multipart client, under a
 * deadline and with an error that holds neither the token nor the payload.
 */
export function installApi(client: Telegram, api: Api): void {
  const upload = client.callApi.bind(client)
  client.callApi = ((method, payload) =>
    holdsFile(payload)
      ? upload(method, payload, { signal: AbortSignal.timeout(UPLOAD_DEADLINE_MS) as never }).catch(
          (error) => {
            if (error instanceof TelegramError)
              throw new TelegramError(error.response, { method, payload: {} })
            throw new Unreachable(method, error.code ?? error.type ?? error.name)
          },
        )
      : api.call(method, payload)) as typeof client.callApi
}

/** The shapes of telegraf's InputFile: in a field, as its media, or in a list of media. */
function holdsFile(payload: object): boolean {
  return Object.entries(payload).some(([key, value]) => {
    if (key === 'link_preview_options') return false // its url is an address to show, not a file
    return Array.isArray(value)
      ? value.some((item) => isFile(item?.media))
      : isFile(value) || isFile(value?.media)
  })
}

function isFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('source' in value || 'url' in value)
}
