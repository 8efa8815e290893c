/** Hand-made OTLP: bytes that otlp.ts has no part in making. */

/** A field that holds bytes: a string or a message. */
export function bytes(number: number, content: Buffer | string): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), message(Buffer.from(content))])
}

/** Bytes with their length before them; enough for 16 KB. */
export function message(content: Buffer): Buffer {
  const { length } = content
  return Buffer.concat([Buffer.from(length < 128 ? [length] : [(length & 127) | 128, length >> 7]), content])
}

/** A KeyValue with a string. */
export function attribute(number: number, key: string, value: string): Buffer {
  return bytes(number, Buffer.concat([bytes(1, key), bytes(2, bytes(1, value))]))
}

/** An ExportLogsServiceRequest with one resource. */
export function logsRequest(logs: {
  resource: Record<string, string>
  records: {
    body: string
    time?: string
    severity?: { number: number; text: string }
    attributes?: Record<string, string>
  }[]
}): Buffer {
  const attributes = (number: number, all: Record<string, string> = {}) =>
    Object.entries(all).map(([key, value]) => attribute(number, key, value))
  const records = logs.records.map(({ body, time, severity, attributes: own }) =>
    bytes(
      2,
      Buffer.concat([
        ...(time ? [timeField(time)] : []),
        ...(severity ? [Buffer.from([2 << 3, severity.number]), bytes(3, severity.text)] : []),
        bytes(5, bytes(1, body)),
        ...attributes(6, own),
      ]),
    ),
  )
  const resource = bytes(1, Buffer.concat(attributes(1, logs.resource)))
  return bytes(1, Buffer.concat([resource, bytes(2, Buffer.concat(records))]))
}

function timeField(time: string): Buffer {
  const field = Buffer.alloc(9, (1 << 3) | 1)
  field.writeBigUInt64LE(BigInt(Date.parse(time)) * 1_000_000n, 1)
  return field
}
