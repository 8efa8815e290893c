import { keysOf, plain, read, unfoldError } from './plain.ts'
import { createRedaction } from './redaction.ts'

/** The longest line in bytes: collectors drop what is longer, some of them with the rest of the file. */
const MAX_BYTES = 32 * 1024
/** No UTF-16 unit takes more than three bytes in UTF-8, so a line this short needs no counting. */
const SURELY_FITS = Math.floor(MAX_BYTES / 3)
/** Tried in turn until a line fits: how many characters each of its texts keeps. */
const TEXT_LIMITS = [8192, 2048, 512, 64]

/** Who writes: the same in every line of a process. */
export interface Identity {
  service: string
  version: string
  instance: string
  /** The id of this process start. */
  boot: string
}

export type Fields = Readonly<Record<string, unknown>>

/** Makes one finished line, ending in a newline, of at most 32 KB. Takes the next `seq`; never throws. */
export interface Line {
  (level: string, message: string, fields?: Fields): string
  /** Lines made so far, by level. */
  readonly counts: Readonly<Record<string, number>>
}

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
    const rest = restOf(fields) // first: a getter that logs makes a line of its own, which gets the earlier seq
    const start = headOf(level, message)
    counts[level] = (counts[level] ?? 0) + 1
    seq += 1
    // Nothing looks into a short text: V8 joins it once, with its whole batch.
    const text = rest === '{}' ? `${start}${seq}}\n` : `${start}${seq},${rest.slice(1)}\n`
    return text.length > SURELY_FITS ? shorten(text) : text
  }

  function headOf(level: string, message: string): string {
    const at = now()
    if (at !== head.at || level !== head.level || message !== head.message) {
      const timestamp = new Date(at).toISOString()
      const json = JSON.stringify({ timestamp, level, message, service, version, instance, boot })
      const clean = redaction.clean(json, redaction.suspects(message))
      head = { at, level, message, json: `${clean.slice(0, -1)},"seq":` }
    }
    return head.json
  }

  function restOf(fields: Fields): string {
    const record = { ...NO_FIELDS }
    const suspicious = fill(record, fields)
    return redaction.clean(JSON.stringify(record), suspicious)
  }

  /** Copies the fields into the record; true when a token of another bot might hide in them. */
  function fill(record: Record<string, unknown>, fields: Fields): boolean {
    let suspicious = false
    for (const key of keysOf(fields)) {
      let value = read(fields, key)
      if (value === undefined) continue
      if (key === 'error') {
        value = unfoldError(value)
        suspicious = true
      } else if (typeof value === 'string') {
        suspicious ||= redaction.suspects(value)
      } else if (typeof value !== 'number' && typeof value !== 'boolean') {
        value = plain(value)
        suspicious = true
      }
      record[isTaken(key) ? `field_${key}` : key] = value
    }
    return suspicious
  }

  return Object.assign(line, { counts })
}

const HEAD = ['timestamp', 'level', 'message', 'service', 'version', 'instance', 'boot', 'seq']
const FIELDS = ['update_id', 'chat_id', 'user_id', 'feature', 'duration_ms', 'outcome', 'method', 'error']
/** Keys come in the order in which they are made. */
const NO_FIELDS: Record<string, unknown> = Object.fromEntries(FIELDS.map((key) => [key, undefined]))
const RESERVED = new Set(HEAD)
const ORDERED = new Set(FIELDS)

/** The keys of a line, in their order; further fields follow. */
export const SCHEMA = [...HEAD, ...FIELDS].join(' ')

/** Objects put keys like this before all others. */
const NUMBER = /^\d+$/

/** Whether a field of this name would overwrite a key of ours, or come before them; it is written as field_<key>. */
function isTaken(key: string): boolean {
  return !ORDERED.has(key) && (RESERVED.has(key) || NUMBER.test(key))
}

function shorten(text: string): string {
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_BYTES) return text
  const mark = { ...JSON.parse(text), truncated_from_bytes: bytes }
  for (const limit of TEXT_LIMITS) {
    const shorter = JSON.stringify(mark, (_key, value) =>
      typeof value === 'string' ? cut(value, limit) : value,
    )
    if (Buffer.byteLength(shorter) < MAX_BYTES) return `${shorter}\n`
  }
  const known = Object.entries(mark).filter(([key]) => RESERVED.has(key) || key === 'truncated_from_bytes')
  return `${JSON.stringify(Object.fromEntries(known.map(([key, value]) => [key, cut(value, 64)])))}\n`
}

function cut(value: unknown, limit: number): unknown {
  return typeof value === 'string' && value.length > limit
    ? `${value.slice(0, limit)}…`.toWellFormed()
    : value
}
