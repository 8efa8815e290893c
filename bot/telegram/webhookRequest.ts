import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Update } from 'telegraf/types'
import { isUpdate } from './update.ts'

/** Telegram's updates are some kilobytes. */
const LARGEST_BODY = 1024 * 1024

/**
 * Reads what was posted to the webhook; nothing of it is looked at before its sender has proved to be Telegram.
 *
 * @param secret what setWebhook was given
 * @returns the update, or the HTTP status that refuses the request
 * @throws when the request breaks off
 */
export async function readUpdate(request: IncomingMessage, secret: string): Promise<Update | number> {
  if (request.method !== 'POST') return 405
  const given = request.headers['x-telegram-bot-api-secret-token']
  if (typeof given !== 'string' || !timingSafeEqual(digest(given), digest(secret))) return 401
  if (!request.headers['content-type']?.startsWith('application/json')) return 415
  const body = await read(request)
  return body ? parse(body) : 413
}

/** Equal lengths, as timingSafeEqual needs them. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** @returns undefined for a body that is too large; it is read to its end, or its sender would not see the answer */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= LARGEST_BODY) chunks.push(chunk)
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks)
}

function parse(body: Buffer): Update | 400 {
  try {
    const update: unknown = JSON.parse(body.toString())
    return isUpdate(update) ? update : 400
  } catch {
    return 400
  }
}
