import { finished } from 'node:stream/promises'
import winston, { type Logger } from 'winston'
import { readCall, readFields } from './call.ts'
import type { Fields, Line } from './line.ts'
import { merge } from './plain.ts'
import type { Sink } from './sink.ts'

const LEVEL = Symbol.for('level')
const MESSAGE = Symbol.for('message')

/**
 * A real winston Logger whose methods make the line and hand it to the sinks themselves. winston's streams remain
 * for end() and 'finish', and for transports added later, which get the finished record.
 *
 * @throws RangeError when the level, now or later, is none of winston's npm levels
 */
export function createLogger(options: { level: string; line: Line; sinks: readonly Sink[] }): Logger {
  const { line } = options
  const logger = winston.createLogger({
    transports: options.sinks.map(({ transport }) => transport),
    format: winston.format((info) => info)(),
  })
  const { levels } = logger
  const names = Object.keys(levels)
  const toStreams: (record: object) => void = logger.write.bind(logger)
  let sinks = options.sinks
  let hasOthers = false
  let { level } = options
  let silent = false
  let threshold = rankOf(level)

  function rankOf(name: string): number {
    const rank = levels[name]
    if (rank === undefined)
      throw new RangeError(`The log level must be one of ${names.join(', ')}, not ${name}`)
    return rank
  }

  function emit(name: string, message: unknown, given: unknown, inherited?: Fields): void {
    const rank = levels[name]
    if (rank === undefined) {
      emit('error', message, given, { ...inherited, unknown_level: name })
      return
    }
    if (silent || (rank > threshold && !hasOthers)) return
    const text = compose(name, message, given, inherited)
    if (rank <= threshold) for (const sink of sinks) sink.accept(text)
    if (hasOthers && logger.writable) {
      toStreams({ ...JSON.parse(text), [LEVEL]: name, [MESSAGE]: text.slice(0, -1) })
    }
  }

  function compose(name: string, message: unknown, given: unknown, inherited?: Fields): string {
    const fields = readFields(given)
    if (typeof message === 'string' && !inherited) return line(name, message, fields)
    const call = readCall(message, merge(inherited, fields))
    return line(name, call.message, call.fields)
  }

  /** The methods through which lines come in, for the logger itself and for each child. */
  function methods(self: () => Logger, inherited?: Fields) {
    const write = (info: Record<string, unknown>) => {
      emit(String(info.level), info, undefined, inherited)
      return true
    }
    const log = (name: unknown, ...rest: unknown[]) => {
      if (typeof name === 'string') emit(name, rest[0], rest[1], inherited)
      else write(name as Record<string, unknown>)
      return self()
    }
    const child = (fields: object) => {
      const kid: Logger = Object.create(logger)
      return Object.assign(
        kid,
        methods(() => kid, merge(inherited, fields)),
      )
    }
    const byLevel = names.map((name) => {
      const rank = rankOf(name)
      const method = (message: unknown, fields?: unknown) => {
        if (rank <= threshold || hasOthers) emit(name, message, fields, inherited)
        return self()
      }
      return [name, method]
    })
    return { write, log, child, ...Object.fromEntries(byLevel) }
  }

  function refresh(): void {
    const attached = new Set(logger.transports)
    sinks = options.sinks.filter(({ transport }) => attached.has(transport))
    hasOthers = attached.size > sinks.length
  }

  for (const name of ['add', 'remove', 'clear'] as const) {
    const original = logger[name] as (transport?: never) => Logger
    Object.assign(logger, {
      [name]: (transport?: never) => {
        original.call(logger, transport)
        refresh()
        return logger
      },
    })
  }
  Object.defineProperties(logger, {
    level: {
      get: () => level,
      set(value: string) {
        threshold = rankOf(value)
        level = value
      },
    },
    silent: {
      get: () => silent,
      set(value: boolean) {
        silent = value
      },
    },
  })
  return Object.assign(
    logger,
    methods(() => logger),
  )
}

/**
 * Ends the logger: true when every line is on the volume, false when that takes longer than the deadline.
 *
 * @param deadlineMs milliseconds
 */
export async function closeLogger(logger: Logger, deadlineMs: number): Promise<boolean> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), deadlineMs)
  if (logger.writable) logger.end()
  try {
    await finished(logger, { readable: false, cleanup: true, signal: deadline.signal })
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
