import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Account } from './account.ts'
import { ApiError } from './errors.ts'
import { replacesResponse, respondWithFault } from './faults.ts'
import { Described } from './methods/method.ts'
import { findMethod } from './methods/table.ts'
import { type Payload, readPayload } from './payload.ts'

const NOT_FOUND = new ApiError(404, 'Not Found')
const UNAUTHORIZED = new ApiError(401, 'Unauthorized')

/** One call: read, recorded, perhaps spoilt by a fault, executed, answered. */
export async function answer(
  account: Account | undefined,
  name: string,
  query: string,
  request: IncomingMessage,
  response: ServerResponse,
  latencyMs: number,
): Promise<void> {
  let payload: Payload
  try {
    payload = await readPayload(request, query)
    if (!account) throw UNAUTHORIZED
  } catch (error) {
    sendError(response, error)
    return
  }
  const [method, run] = findMethod(name)
  const call = account.calls.arrived(method, payload)
  const fault = account.faults.match(method, payload)
  const lost = fault !== undefined && replacesResponse(fault)

  let send: () => number
  try {
    if (account.revoked) throw UNAUTHORIZED
    if (!run) throw NOT_FOUND
    let result: unknown
    if (!lost || fault.effect) {
      result = run(account, payload, (gone) => response.once('close', gone))
      if (result instanceof Promise) result = await result
    }
    send = () => sendResult(response, result)
  } catch (error) {
    send = () => sendError(response, error)
  }
  const finish = () => account.calls.answered(call, lost ? respondWithFault(fault, response) : send())
  if (fault?.until) await fault.until
  const delay = latencyMs + (fault?.latencyMs ?? 0)
  if (delay > 0) setTimeout(finish, delay)
  else finish()
}

/** Downloads what the bot has uploaded. */
export function serveFile(account: Account | undefined, fileId: string, response: ServerResponse): void {
  const file = account?.files.get(fileId)
  if (!file) sendError(response, account ? NOT_FOUND : UNAUTHORIZED)
  else response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(file.bytes)
}

function sendResult(response: ServerResponse, result: unknown): number {
  return sendJson(response, 200, { ok: true, ...(result instanceof Described ? result : { result }) })
}

function sendError(response: ServerResponse, error: unknown): number {
  const error_code = error instanceof ApiError ? error.code : 500
  const description = error instanceof ApiError ? error.message : `Internal Server Error: ${error}`
  const parameters = error instanceof ApiError ? error.parameters : undefined
  return sendJson(response, error_code, { ok: false, error_code, description, parameters })
}

function sendJson(response: ServerResponse, status: number, body: object): number {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
  return status
}
