import { bytesOf, fieldsOf } from './protobuf.ts'

/** What Sumo Logic would index: one message with its metadata. */
export interface LogRecord {
  /** _sourceName, _sourceCategory, _sourceHost */
  name: string | undefined
  category: string | undefined
  host: string | undefined
  /** The other attributes of the resource, or X-Sumo-Fields. */
  fields: Attributes
  body: unknown
  /** ISO-8601 with milliseconds; absent when the sender gave none. */
  time: string | undefined
  /** severity_number and severity_text; 0 and '' when the sender gave none. */
  severity: { number: number; text: string }
  /** Of the record; Sumo Logic wraps the body in another JSON object when there are any. */
  attributes: Attributes
}

export type Attributes = Record<string, unknown>

/**
 * The records of an ExportLogsServiceRequest.
 *
 * @throws Error when the bytes are not protobuf
 * @see https://github.com/open-telemetry/opentelemetry-proto logs/v1/logs.proto, whose field numbers these are
 */
export function otlpRecords(request: Buffer): LogRecord[] {
  return bytesOf(request, 1).flatMap((resourceLogs) => {
    const resource = bytesOf(resourceLogs, 1)[0] ?? Buffer.alloc(0)
    const { _sourceName, _sourceCategory, _sourceHost, ...fields } = attributesOf(resource, 1)
    const source = {
      name: _sourceName as string | undefined,
      category: _sourceCategory as string | undefined,
      host: _sourceHost as string | undefined,
      fields,
    }
    return bytesOf(resourceLogs, 2)
      .flatMap((scopeLogs) => bytesOf(scopeLogs, 2))
      .map((record) => ({ ...source, ...recordOf(record) }))
  })
}

function recordOf(record: Buffer): Pick<LogRecord, 'body' | 'time' | 'severity' | 'attributes'> {
  let time: string | undefined
  let body: unknown
  const severity = { number: 0, text: '' }
  for (const [number, value] of fieldsOf(record)) {
    if (number === 2) severity.number = Number(value)
    if (!Buffer.isBuffer(value)) continue
    if (number === 1) time = isoOf(value.readBigUInt64LE())
    if (number === 3) severity.text = value.toString()
    if (number === 5) body = anyValue(value)
  }
  return { body, time, severity, attributes: attributesOf(record, 6) }
}

/** Zero nanoseconds mean: unknown. */
function isoOf(nanoseconds: bigint): string | undefined {
  return nanoseconds === 0n ? undefined : new Date(Number(nanoseconds / 1_000_000n)).toISOString()
}

function attributesOf(message: Buffer, number: number): Attributes {
  return Object.fromEntries(
    bytesOf(message, number).map((pair) => [
      bytesOf(pair, 1)[0]?.toString() ?? '',
      anyValue(bytesOf(pair, 2)[0] ?? Buffer.alloc(0)),
    ]),
  )
}

function anyValue(message: Buffer): unknown {
  for (const [number, value] of fieldsOf(message)) {
    if (number === 2) return value === 1n
    if (number === 3) return Number(BigInt.asIntN(64, value as bigint))
    if (!Buffer.isBuffer(value)) continue
    if (number === 1) return value.toString()
    if (number === 4) return value.readDoubleLE()
    if (number === 5) return bytesOf(value, 1).map(anyValue)
    if (number === 6) return attributesOf(value, 1)
    if (number === 7) return value
  }
  return null
}
