import { timingSafeEqual } from 'node:crypto'
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
  if (!isSame(request.headers['x-telegram-bot-api-secret-token'], secret)) return 401
  if (!request.headers['content-type']?.startsWith('application/json')) return 415
  const body = await read(request)
  return body ? parse(body) : 413
}

/** In a time that tells nothing of the secret but its length, which everybody may know. */
function isSame(given: unknown, secret: string): boolean {
  if (typeof given !== 'string') return false
  const [a, b] = [Buffer.from(given), Buffer.from(secret)]
  return a.length === b.length && timingSafeEqual(a, b)
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
