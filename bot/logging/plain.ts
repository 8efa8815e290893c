import { types } from 'node:util'

/** Deeper values are only named. */
const MAX_DEPTH = 6
/** Values of one field that are copied, so that a huge object costs little. */
const MAX_VALUES = 1000
/** An error, its cause, and the causes of these two. */
const MAX_CAUSES = 4

export interface PlainError {
  type: string
  message: string
  stack?: string
  code?: string | number
  cause?: PlainError
}

/**
 * What a log line tells of anything that was thrown. Only these keys: errors of Telegram carry the whole call,
 * texts of people included, in further ones.
 */
export function unfoldError(thrown: unknown, depth = 1): PlainError {
  try {
    if (!isError(thrown)) return { type: typeName(thrown), message: describe(thrown) }
    const { stack, cause } = thrown
    const { code } = thrown as { code?: unknown }
    return {
      type: String(thrown.name || typeName(thrown)),
      message: String(thrown.message) || innerMessages(thrown),
      ...(typeof stack === 'string' && { stack }),
      ...((typeof code === 'string' || typeof code === 'number') && { code }),
      ...(cause !== undefined && depth < MAX_CAUSES && { cause: unfoldError(cause, depth + 1) }),
    }
  } catch (error) {
    return { type: 'unknown', message: unreadable(error) }
  }
}

/** A copy that JSON.stringify takes without calling foreign code: no getter, no toJSON, no circle, no bigint, no function. */
export function plain(value: unknown): unknown {
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
      result[key] = copy(read(value as Record<string, unknown>, key))
    }
    return result
  }

  return copy(value)
}

/** The value of a key, whatever its getter does. */
export function read(fields: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return fields[key]
  } catch (error) {
    return unreadable(error)
  }
}

/** The keys of an object, even of one that cannot be read. */
export function keysOf(value: object): string[] {
  try {
    return Object.keys(value)
  } catch {
    return []
  }
}

/** A shallow copy, the later one of a key counts; no getter is left in it. */
export function merge(...parts: (object | undefined)[]): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const part of parts) {
    for (const key of part ? keysOf(part) : []) all[key] = read(part as Record<string, unknown>, key)
  }
  return all
}

/** Any value as text; never throws. */
export function describe(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? JSON.stringify(plain(value)) : String(value)
  } catch (error) {
    return unreadable(error)
  }
}

function unreadable(reason: unknown): string {
  try {
    return `[unreadable: ${reason}]`
  } catch {
    return '[unreadable]'
  }
}

export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || types.isNativeError(value)
  } catch {
    return false // a revoked proxy
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
