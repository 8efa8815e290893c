import { types } from 'node:util'

/** Deeper values are only named. */
const MAX_DEPTH = 6
/** Values of one field that are copied, so that a huge object costs little. */
const MAX_VALUES = 1000
/** An error, its cause, and the causes of these two. */
const MAX_CAUSES = 4

/** A bot's token as Telegram makes them; the look-behind keeps a long row of digits linear. */
const TOKEN = /(?<!\d)(\d{6,})(:|%3A)[\w-]{30,}/gi
/** Six digits, a colon and thirty characters. */
const SHORTEST_TOKEN = 37
const REDACTED = '[redacted]'

/** JSON.stringify writes half of a surrogate pair as \udXXX, and a backslash as two. */
const ESCAPE = /\\\\|\\ud[89a-f][\da-f]{2}/g

export interface PlainError {
  type: string
  message: string
  stack?: string
  /** Always text, though Telegram's are numbers: a store that gives each key one type would refuse the others. */
  code?: string
  cause?: PlainError
}

/**
 * What a log line says about anything that was thrown. Only these keys: errors of Telegram carry the whole call,
 * texts of people included, in further ones.
 */
export function unfoldError(thrown: unknown, depth = 1): PlainError {
  try {
    if (!isError(thrown)) return { type: typeName(thrown), message: toText(thrown) }
    const { stack, cause } = thrown
    const { code } = thrown as { code?: unknown }
    return {
      type: String(thrown.name || typeName(thrown)),
      message: String(thrown.message) || innerMessages(thrown),
      ...(typeof stack === 'string' && { stack }),
      ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
      ...(cause !== undefined && depth < MAX_CAUSES && { cause: unfoldError(cause, depth + 1) }),
    }
  } catch (error) {
    return { type: 'unknown', message: unreadable(error) }
  }
}

/** A copy that JSON.stringify takes without calling foreign code: no getter, no toJSON, no circle, no bigint, no function. */
export function toPlain(value: unknown): unknown {
  let left = MAX_VALUES
  const open = new Set<object>()

  function copy(value: unknown): unknown {
    if (typeof value === 'bigint') return String(value)
    if (typeof value === 'function') return undefined // JSON.stringify would call one that is named toJSON
    if (typeof value !== 'object' || value === null) return value
    if (isError(value)) return unfoldError(value)
    if (open.has(value)) return '[circular]'
    if (open.size === MAX_DEPTH || left <= 0) return Array.isArray(value) ? '[array]' : '[object]'
    open.add(value)
    try {
      return members(value)
    } catch (error) {
      return unreadable(error)
    } finally {
      open.delete(value)
    }
  }

  function members(value: object): unknown {
    if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON())
    if (Array.isArray(value)) {
      const kept = value.slice(0, left)
      left -= kept.length
      return kept.map(copy)
    }
    const result: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      if (left-- <= 0) break
      result[key] = copy(safeGet(value as Record<string, unknown>, key))
    }
    return result
  }

  return copy(value)
}

/** The value of a key, whatever its getter does. */
export function safeGet(fields: Readonly<Record<PropertyKey, unknown>>, key: PropertyKey): unknown {
  try {
    return fields[key]
  } catch (error) {
    return unreadable(error)
  }
}

/** The keys of an object, even of one that cannot be read. */
export function safeKeys(value: object): string[] {
  try {
    return Object.keys(value)
  } catch {
    return []
  }
}

/** A shallow copy without any getter. */
export function safeCopy(value: object): Record<string, unknown> {
  return Object.fromEntries(
    safeKeys(value).map((key) => [key, safeGet(value as Record<string, unknown>, key)]),
  )
}

/** Any value as text; never throws. */
export function toText(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? JSON.stringify(toPlain(value)) : String(value)
  } catch (error) {
    return unreadable(error)
  }
}

export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || types.isNativeError(value)
  } catch {
    return false // a revoked proxy
  }
}

function unreadable(reason: unknown): string {
  try {
    return `[unreadable: ${reason}]`
  } catch {
    return '[unreadable]'
  }
}

/** What AggregateError, whose own message is often empty, is about. */
function innerMessages(error: Error): string {
  const { errors } = error as { errors?: unknown }
  return Array.isArray(errors) ? errors.map((inner) => unfoldError(inner, MAX_CAUSES).message).join('; ') : ''
}

function typeName(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return value.constructor?.name ?? 'object'
}

/** Takes tokens out of text: the bot's own always, those of other bots where one may be. */
export function createRedaction(token: string) {
  const secret = token.slice(token.indexOf(':') + 1)
  const variants = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  variants.delete('')
  const own = [...variants]

  return {
    /** Whether the text may hold a token; cheap enough for every text of every line. */
    mayContainToken(text: string): boolean {
      return text.length >= SHORTEST_TOKEN && (text.includes(':') || text.includes('%3'))
    },

    clean(text: string, suspicious: boolean): string {
      let clean = text
      for (const variant of own) if (clean.includes(variant)) clean = clean.replaceAll(variant, REDACTED)
      return suspicious ? clean.replace(TOKEN, `$1$2${REDACTED}`) : clean
    },
  }
}

/** Half of a surrogate pair is valid JSON, but jq, DuckDB and Rust's readers refuse the line: it becomes U+FFFD. */
export function toWellFormedJson(json: string): string {
  return json.includes('\\ud') ? json.replace(ESCAPE, (found) => (found === '\\\\' ? found : '\ufffd')) : json
}
