import type { Fields } from './line.ts'
import { describe, isError, merge, read } from './plain.ts'

/** What a call of one of winston's methods says, in whichever of its forms. */
export interface Call {
  message: string
  fields: Fields
}

/** The forms info(error), info(object) and info(anything), each with or without fields. */
export function readCall(message: unknown, fields: Fields): Call {
  if (typeof message === 'string') return { message, fields }
  if (isError(message)) {
    const text = read(message as unknown as Fields, 'message')
    return { message: describe(text), fields: { ...fields, error: message } }
  }
  if (typeof message !== 'object' || message === null) return { message: describe(message), fields }
  const { level: _level, message: text = '', ...rest } = merge(message)
  return { message: typeof text === 'string' ? text : describe(text), fields: { ...fields, ...rest } }
}

/** The second argument as fields: info(text, error) is understood, and nothing is lost of info(text, 5). */
export function readFields(given: unknown): Fields | undefined {
  if (given === undefined || given === null) return undefined
  if (isError(given)) return { error: given }
  return typeof given === 'object' && !isArray(given) ? (given as Fields) : { detail: given }
}

function isArray(value: object): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return false // a revoked proxy
  }
}
