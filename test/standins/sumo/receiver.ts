import type { IncomingHttpHeaders } from 'node:http'
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { type LogRecord, otlpRecords } from './otlp.ts'

/** Where data arrives, and in which format: `code` is the secret of the Sources' addresses. */
export function dataFormat(path: string, code: string, contentType = ''): 'otlp' | 'text' | undefined {
  switch (path) {
    case `/receiver/v1/otlp/${code}/v1/logs`:
      return 'otlp'
    case `/receiver/v1/http/${code}`:
      return 'text'
    case '/api/v1/collector/logs':
      return contentType.startsWith('application/x-protobuf') ? 'otlp' : 'text'
    default:
      return undefined
  }
}

/**
 * The records that a request carries.
 *
 * @throws Error when the body is not what format and headers say
 */
export function recordsOf(format: 'otlp' | 'text', headers: IncomingHttpHeaders, wire: Buffer): LogRecord[] {
  const body = decompress(headers['content-encoding'], wire)
  return format === 'otlp' ? otlpRecords(body) : textRecords(headers, body)
}

function decompress(encoding: string | undefined, wire: Buffer): Buffer {
  switch (encoding) {
    case undefined:
      return wire
    case 'gzip':
      return gunzipSync(wire)
    case 'deflate':
      return inflateSync(wire)
    case 'zstd':
      return zstdDecompressSync(wire)
    default:
      throw new Error(`content-encoding ${encoding} is not known`)
  }
}

/**
 * A line is a message, an empty one is none, as in a Source without multi-line detection.
 *
 * @see https://www.sumologic.com/help/docs/send-data/hosted-collectors/http-source/logs-metrics/upload-logs/
 */
function textRecords(headers: IncomingHttpHeaders, body: Buffer): LogRecord[] {
  const header = (name: string) => headers[name] as string | undefined
  const pairs = (header('x-sumo-fields') ?? '').split(',').filter((pair) => pair.includes('='))
  const source = {
    name: header('x-sumo-name'),
    category: header('x-sumo-category'),
    host: header('x-sumo-host'),
    fields: Object.fromEntries(pairs.map((pair) => pair.trim().split(/=(.*)/s))),
    time: undefined,
    severity: { number: 0, text: '' },
    attributes: {},
  }
  return body
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ ...source, body: line }))
}
