import { createRedaction, safeGet, safeKeys, toPlain, toWellFormedJson, unfoldError } from './serialize.ts'

/** The longest line in bytes: collectors drop what is longer, some of them with the rest of the file. */
const MAX_BYTES = 32 * 1024
/** No UTF-16 unit takes more than three bytes in UTF-8, so a line this short needs no counting. */
const SURELY_FITS = Math.floor(MAX_BYTES / 3)
/** Characters that each text of a line keeps: tried in turn before further fields go, and after it. */
const TEXT_LIMITS = { withAllFields: [8192, 2048], withKnownFields: [512, 64] }

/** Who writes: the same in every line of a process. */
export interface Identity {
  service: string
  version: string
  instance: string
  /** The id of this process start. */
  boot: string
}

export type Fields = Readonly<Record<string, unknown>>

/**
 * Makes one finished line, ending in a newline, of at most 32 KB. Takes the next `seq`; never throws. Of the fields,
 * `level` and `message` are left out: they stand at the beginning.
 */
export interface Line {
  (level: string, message: string, fields?: Fields): string
  /** The same without `seq`, for readers other than our sinks: to these a number that is missing is a loss. */
  withoutSeq(level: string, message: string, fields: Fields): string
  /** Lines made so far, by level. */
  readonly counts: Readonly<Record<string, number>>
}

const HEAD = ['timestamp', 'level', 'message', 'service', 'version', 'instance', 'boot', 'seq']
const FIELDS = ['update_id', 'chat_id', 'user_id', 'feature', 'duration_ms', 'outcome', 'method', 'error']
/** Keys come in the order in which they are made. */
const NO_FIELDS: Record<string, unknown> = Object.fromEntries(FIELDS.map((key) => [key, undefined]))
const RESERVED = new Set(HEAD)
const KNOWN = new Set([...HEAD, ...FIELDS, 'truncated_from_bytes'])

/** The keys of a line, in their order; further fields follow. */
export const SCHEMA = [...HEAD, ...FIELDS].join(' ')

/** Objects put keys like this before all others. */
const NUMBER = /^\d+$/

/**
 * @param secret the bot's token: neither it nor the part after its colon gets into a line
 * @param now milliseconds since 1970
 */
export function createLine(options: { identity: Identity; secret: string; now: () => number }): Line {
  const { now } = options
  const { service, version, instance, boot } = options.identity
  const redaction = createRedaction(options.secret)
  const counts: Record<string, number> = {}
  let seq = 0
  /** The last line's: the next one is often of the same millisecond, and its message constant. */
  let head = { at: Number.NaN, level: '', message: '', json: '' }

  function line(level: string, message: string, fields: Fields = {}): string {
    const rest = restJson(fields) // first: a getter that logs makes a line of its own, which gets the earlier seq
    const start = headJson(level, message)
    counts[level] = (counts[level] ?? 0) + 1
    seq += 1
    // Nothing looks into a short text: V8 joins it once, with its whole batch.
    return shorten(rest === '{}' ? `${start},"seq":${seq}}\n` : `${start},"seq":${seq},${rest.slice(1)}\n`)
  }

  function withoutSeq(level: string, message: string, fields: Fields): string {
    const rest = restJson(fields)
    const start = headJson(level, message)
    return shorten(rest === '{}' ? `${start}}\n` : `${start},${rest.slice(1)}\n`)
  }

  function headJson(level: string, message: string): string {
    const at = now()
    if (at !== head.at || level !== head.level || message !== head.message) {
      const timestamp = new Date(at).toISOString()
      const json = JSON.stringify({ timestamp, level, message, service, version, instance, boot })
      const clean = redaction.clean(toWellFormedJson(json), redaction.mayContainToken(message))
      head = { at, level, message, json: clean.slice(0, -1) }
    }
    return head.json
  }

  function restJson(fields: Fields): string {
    const record = { ...NO_FIELDS }
    const suspicious = fill(record, fields)
    return redaction.clean(toWellFormedJson(JSON.stringify(record)), suspicious)
  }

  /** Copies the fields into the record; true when a token of another bot might hide in them. */
  function fill(record: Record<string, unknown>, fields: Fields): boolean {
    let suspicious = false
    for (const key of safeKeys(fields)) {
      if (key === 'level' || key === 'message') continue
      let value = safeGet(fields, key)
      if (value === undefined) continue
      if (key === 'error') {
        value = unfoldError(value)
        suspicious = true
      } else if (typeof value === 'string') {
        suspicious ||= redaction.mayContainToken(value)
      } else if (typeof value !== 'number' && typeof value !== 'boolean') {
        value = toPlain(value)
        suspicious = true
      }
      record[isTaken(key) ? `field_${key}` : key] = value
    }
    return suspicious
  }

  return Object.assign(line, { counts, withoutSeq })
}

/** Whether a field of this name would overwrite a key of ours, or come before them; it is written as field_<key>. */
function isTaken(key: string): boolean {
  return RESERVED.has(key) || NUMBER.test(key)
}

/** Cuts a long line to 32 KB of valid JSON that says how long it was. Further fields go before a known one does. */
function shorten(line: string): string {
  if (line.length <= SURELY_FITS) return line
  const bytes = Buffer.byteLength(line)
  if (bytes <= MAX_BYTES) return line
  const record: Record<string, unknown> = { ...JSON.parse(line), truncated_from_bytes: bytes }
  for (const limit of TEXT_LIMITS.withAllFields) {
    const text = stringify(record, limit)
    if (Buffer.byteLength(text) <= MAX_BYTES) return text
  }
  dropFields(record, (key) => !KNOWN.has(key))
  for (const limit of [...TEXT_LIMITS.withAllFields, ...TEXT_LIMITS.withKnownFields]) {
    const text = stringify(record, limit)
    if (Buffer.byteLength(text) <= MAX_BYTES) return text
  }
  dropFields(record, (key) => FIELDS.includes(key))
  return stringify(record, 64)
}

/** Drops such fields, the longest first, until the line fits. */
function dropFields(record: Record<string, unknown>, isDroppable: (key: string) => boolean): void {
  const limit = 2048
  let excess = Buffer.byteLength(stringify(record, limit)) - MAX_BYTES
  const fields = Object.keys(record)
    .filter(isDroppable)
    .map((key) => ({ key, bytes: Buffer.byteLength(stringify({ [key]: record[key] }, limit)) - 2 }))
    .sort((a, b) => b.bytes - a.bytes)
  for (const { key, bytes } of fields) {
    if (excess <= 0) return
    delete record[key]
    excess -= bytes
  }
}

/** A line whose texts keep so many characters. */
function stringify(record: object, limit: number): string {
  const cut = (_key: string, value: unknown) =>
    typeof value === 'string' && value.length > limit ? `${value.slice(0, limit)}…`.toWellFormed() : value
  return `${JSON.stringify(record, cut)}\n`
}
