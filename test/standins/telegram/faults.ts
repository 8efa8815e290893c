import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Payload } from './payload.ts'

/** Something that goes wrong with calls of a method: a delay, or one of the other ways, or both. */
export interface Fault {
  /** '*', the default, means every method. */
  method?: string
  /** Narrows the fault to some calls. */
  matches?: (payload: Payload) => boolean
  /** How many calls it hits, 1 by default; Infinity lasts until clearFaults(). */
  times?: number
  /** The method takes effect all the same, only its answer is lost; by default it never ran. */
  effect?: boolean
  latencyMs?: number
  /** The answer waits for it. */
  until?: Promise<void>
  /** An error of the Bot API. */
  status?: number
  description?: string
  retry_after?: number
  migrate_to_chat_id?: number
  /** This status with a page of HTML, as a proxy sends it. */
  html?: number
  /** Never answered. */
  hang?: boolean
  /** The connection ends by a TCP reset; not over TLS. */
  reset?: boolean
  /** The connection ends in the middle of the body. */
  cutBody?: boolean
  /** 200 with a body that is not JSON to its end. */
  invalidJson?: boolean
}

export interface Faults {
  add(fault: Fault): void
  clear(): void
  /** The fault that this call meets, if any; counts it. */
  match(method: string, payload: Payload): Fault | undefined
}

export function createFaults(): Faults {
  let faults: (Fault & { left: number })[] = []
  return {
    add: (fault) => void faults.push({ ...fault, left: fault.times ?? 1 }),
    clear() {
      faults = []
    },
    match(method, payload) {
      if (faults.length === 0) return undefined
      const fault = faults.find(
        (f) =>
          (f.method === undefined || f.method === '*' || f.method === method) &&
          (f.matches?.(payload) ?? true),
      )
      if (fault && --fault.left <= 0) faults = faults.filter((f) => f !== fault)
      return fault
    },
  }
}

/** Whether the fault is more than a delay: the true answer never arrives. */
export function replacesResponse(fault: Fault): boolean {
  return Boolean(
    fault.status || fault.html || fault.hang || fault.reset || fault.cutBody || fault.invalidJson,
  )
}

/** Answers as the fault says. @returns the HTTP status, 0 when the caller sees no answer */
export function respondWithFault(fault: Fault, response: ServerResponse): number {
  const send = (status: number, type: string, body: string) => {
    response.writeHead(status, { 'Content-Type': type }).end(body)
    return status
  }
  if (fault.status) return send(fault.status, 'application/json', JSON.stringify(errorOf(fault)))
  if (fault.html) {
    return send(fault.html, 'text/html', `<html><h1>${fault.html} ${STATUS_CODES[fault.html]}</h1></html>\n`)
  }
  if (fault.invalidJson) return send(200, 'application/json', '{"ok":true,"result":')
  if (fault.reset) response.socket?.resetAndDestroy()
  if (fault.cutBody) {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 })
    response.write('{"ok":true,"result":', () => response.destroy())
  }
  return 0
}

function errorOf({ status, description = 'A fault of the test', retry_after, migrate_to_chat_id }: Fault) {
  const parameters = retry_after || migrate_to_chat_id ? { retry_after, migrate_to_chat_id } : undefined
  return { ok: false, error_code: status, description, parameters }
}
