/** A field of a protobuf message: its number and its raw value (a varint as a bigint, everything else as bytes). */
export type Field = readonly [number: number, value: bigint | Buffer]

/**
 * The fields of one protobuf message, in order.
 *
 * @throws Error when the bytes end inside a field or use a wire type that proto3 does not have
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++]
      if (byte === undefined) throw new Error('protobuf: message cut short')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const bytes = (length: number) => {
    at += length
    if (at > message.length) throw new Error('protobuf: message cut short')
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = Number(varint())
    const number = key >> 3
    switch (key & 7) {
      case 0:
        yield [number, varint()]
        break
      case 1:
        yield [number, bytes(8)]
        break
      case 2:
        yield [number, bytes(Number(varint()))]
        break
      case 5:
        yield [number, bytes(4)]
        break
      default:
        throw new Error(`protobuf: wire type ${key & 7}`)
    }
  }
}

/** The values of every field with this number that holds bytes: sub-messages and strings, as proto3 repeats them. */
export function bytesOf(message: Buffer, wanted: number): Buffer[] {
  return Array.from(fieldsOf(message)).flatMap(([number, value]) =>
    number === wanted && Buffer.isBuffer(value) ? [value] : [],
  )
}
