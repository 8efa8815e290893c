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
  let time = Number.NaN
  let timestamp = ''

  function line(level: string, message: string, fields: Fields = {}): string {
    const at = now()
    if (at !== time) {
      time = at
      timestamp = new Date(at).toISOString()
    }
    counts[level] = (counts[level] ?? 0) + 1
    seq += 1
    const record = {
      timestamp,
      level,
      message,
      service,
      version,
      instance,
      boot,
      seq,
      update_id: undefined as unknown,
      chat_id: undefined as unknown,
      user_id: undefined as unknown,
      feature: undefined as unknown,
      duration_ms: undefined as unknown,
      outcome: undefined as unknown,
      method: undefined as unknown,
      error: undefined as unknown,
    }
    const suspicious = fill(record, fields) || redaction.suspects(message)
    const text = redaction.clean(JSON.stringify(record), suspicious)
    return text.length > SURELY_FITS ? `${shorten(text)}\n` : `${text}\n`
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
      record[RESERVED.has(key) || NUMBER.test(key) ? `field_${key}` : key] = value
    }
    return suspicious
  }

  return Object.assign(line, { counts })
}

/** The keys of a line, in their order; further fields follow. */
export const SCHEMA =
  'timestamp level message service version instance boot seq update_id chat_id user_id feature duration_ms outcome method error'

/** Keys of ours that a field may not overwrite: it is written as field_<key> instead. */
const RESERVED = new Set(['timestamp', 'level', 'message', 'service', 'version', 'instance', 'boot', 'seq'])

/** Objects put keys like this before all others, and the timestamp has to be first. */
const NUMBER = /^\d+$/

function shorten(text: string): string {
  const bytes = Buffer.byteLength(text)
  if (bytes < MAX_BYTES) return text
  const mark = { ...JSON.parse(text), truncated_from_bytes: bytes }
  for (const limit of TEXT_LIMITS) {
    const shorter = JSON.stringify(mark, (_key, value) =>
      typeof value === 'string' ? cut(value, limit) : value,
    )
    if (Buffer.byteLength(shorter) < MAX_BYTES) return shorter
  }
  const known = Object.entries(mark).filter(([key]) => RESERVED.has(key) || key === 'truncated_from_bytes')
  return JSON.stringify(Object.fromEntries(known.map(([key, value]) => [key, cut(value, 64)])))
}

function cut(value: unknown, limit: number): unknown {
  return typeof value === 'string' && value.length > limit
    ? `${value.slice(0, limit)}…`.toWellFormed()
    : value
}
