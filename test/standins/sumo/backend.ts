import { randomBytes } from 'node:crypto'
import { EventEmitter, on, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { createFaults, type Fault } from './faults.ts'
import type { LogRecord } from './otlp.ts'
import { dataFormat, recordsOf } from './receiver.ts'
import { type Collector, createRegistration, refusal } from './registration.ts'

/** A request and the status of its answer; 0: none. */
export interface Request {
  path: string
  status: number
  records: number
  /** Bytes of the body on the wire. */
  bytes: number
}

export interface Sumo {
  url: string
  port: number
  /** The value for SUMOLOGIC_INSTALLATION_TOKEN. */
  installationToken: string
  /** The address of an OTLP/HTTP Source; a sender adds /v1/logs. */
  sourceUrl: string
  /** The address of an HTTP Logs and Metrics Source: text, one message a line. */
  textSourceUrl: string
  received: LogRecord[]
  requests: Request[]
  collectors(): Collector[]
  fault(fault: Fault): void
  clearFaults(): void
  /** Resolves once so many records, or one that matches, have been received. Rejects after timeoutMs. */
  waitForRecords(wanted: number | ((record: LogRecord) => boolean), timeoutMs?: number): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a stand-in for Sumo Logic's back end: registration, heartbeats and data of the OpenTelemetry collector, and
 * Sources of both kinds. It keeps everything in memory, knows no quota and takes bodies of any size.
 */
export async function startSumo(options: { port?: number; host?: string } = {}): Promise<Sumo> {
  const host = options.host ?? '127.0.0.1'
  const installationToken = randomBytes(24).toString('base64url')
  const code = randomBytes(24).toString('base64url')
  const registration = createRegistration(installationToken)
  const received: LogRecord[] = []
  const requests: Request[] = []
  const arrivals = new EventEmitter()
  const faults = createFaults()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = '/', headers } = request
    const { authorization = '' } = headers
    const body = await buffer(request)
    const entry: Request = { path, status: 0, records: 0, bytes: body.length }
    requests.push(entry)

    const mayWrite = !path.startsWith('/api/') || registration.collectorOf(authorization)
    const format = mayWrite && dataFormat(path, code, headers['content-type'])
    const fault = faults.take(path)
    if (format && (!fault || fault.keep)) {
      const records = recordsOf(format, headers, body)
      entry.records = records.length
      for (const record of records) received.push(record)
      arrivals.emit('records', records)
    }
    if (fault?.answer === 'hang') return
    if (fault?.answer === 'down') {
      request.socket.destroy()
      return
    }
    const answer = fault
      ? { status: fault.answer, content: refusal('The test asked for this') }
      : format
        ? { status: 200 }
        : registration.answer(path, authorization, body)
    entry.status = answer.status
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end('content' in answer ? JSON.stringify(answer.content) : undefined)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      response.writeHead(400).end(JSON.stringify(refusal(error.message)))
    })
  })
  // Longer than a collector keeps an idle connection (90 s), so that none is cut in the moment of its reuse.
  server.keepAliveTimeout = 100_000
  server.listen(options.port ?? 0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`

  return {
    url,
    port,
    installationToken,
    sourceUrl: `${url}/receiver/v1/otlp/${code}`,
    textSourceUrl: `${url}/receiver/v1/http/${code}`,
    received,
    requests,
    collectors: registration.collectors,
    fault: faults.add,
    clearFaults: faults.clear,
    async waitForRecords(wanted, timeoutMs = 10_000) {
      const enough =
        typeof wanted === 'number'
          ? () => received.length >= wanted
          : (latest: LogRecord[]) => latest.some(wanted)
      if (enough(received)) return
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        for await (const [latest] of on(arrivals, 'records', { signal })) if (enough(latest)) return
      } catch (error) {
        if (!signal.aborted) throw error
        throw new Error(`After ${timeoutMs} ms Sumo Logic had ${received.length} records, without ${wanted}`)
      }
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
