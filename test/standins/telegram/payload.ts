import type { IncomingMessage } from 'node:http'
import { badRequest } from './errors.ts'

/** The parameters of one call, from the query string and from the body of any kind that the Bot API takes. */
export type Payload = Record<string, unknown>

/** A file that came with a multipart body. */
export interface Upload {
  name: string
  type: string
  bytes: Buffer
}

/** Parameters that travel as JSON text where the body itself is not JSON. */
const JSON_PARAMETERS = [
  'reply_markup',
  'entities',
  'caption_entities',
  'allowed_updates',
  'commands',
  'scope',
  'reply_parameters',
  'link_preview_options',
  'ephemeral_message_parameters',
  'result',
  'results',
]

/** @throws ApiError 400 when a JSON body or parameter is malformed */
export async function readPayload(request: IncomingMessage, query: string): Promise<Payload> {
  const payload: Payload = query === '' ? {} : Object.fromEntries(new URLSearchParams(query))
  const body = await readBody(request)
  const type = request.headers['content-type'] ?? ''
  if (body.length > 0) {
    if (type.startsWith('application/json')) return { ...payload, ...parseObject(body.toString()) }
    if (type.startsWith('multipart/form-data')) Object.assign(payload, await readMultipart(body, type))
    else Object.assign(payload, Object.fromEntries(new URLSearchParams(body.toString())))
  }
  for (const name of JSON_PARAMETERS) {
    const value = payload[name]
    if (typeof value === 'string') payload[name] = parseParameter(name, value)
  }
  return payload
}

export function integer(payload: Payload, name: string): number | undefined {
  const value = payload[name]
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

export function decimal(payload: Payload, name: string): number | undefined {
  const value = payload[name]
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function string(payload: Payload, name: string): string | undefined {
  const value = payload[name]
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : undefined
}

export function flag(payload: Payload, name: string): boolean {
  const value = payload[name]
  return value === true || value === 'true' || value === 'True' || value === '1'
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.on('error', reject)
  })
}

async function readMultipart(body: Buffer<ArrayBufferLike>, type: string): Promise<Payload> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  const payload: Payload = {}
  for (const [name, value] of form) {
    payload[name] =
      typeof value === 'string'
        ? value
        : ({
            name: value.name,
            type: value.type,
            bytes: Buffer.from(await value.arrayBuffer()),
          } satisfies Upload)
  }
  return payload
}

export function parseObject(text: string): Payload {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest("can't parse JSON object")
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('JSON object expected')
  return value as Payload
}

function parseParameter(name: string, text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    throw badRequest(`can't parse ${name.replaceAll('_', ' ')} JSON object`)
  }
}
