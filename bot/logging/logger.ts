import winston, { type Logger } from 'winston'
import Transport from 'winston-transport'
import type { Fields, Line } from './line.ts'
import { isError, safeCopy, safeGet, toText } from './serialize.ts'
import { type Batcher, createBatcher, type Sink } from './sink.ts'

const LEVEL = Symbol.for('level')
const MESSAGE = Symbol.for('message')
const SPLAT = Symbol.for('splat')
/** On a record that the sinks have got already. */
const WRITTEN = Symbol('written')
/** The bit of all transports that are none of our sinks. */
const OTHERS = 1 << 30

type Info = Record<PropertyKey, unknown>

/**
 * winston's Logger as it is but for write(), where all of its roads end: there the line is made once and handed to the
 * sinks, whatever winston's streams are doing. These serve the transports that are added later.
 *
 * @throws RangeError when the level is none of winston's npm levels
 */
export function createLogger({ level, line, sinks }: { level: string; line: Line; sinks: readonly Sink[] }): {
  logger: Logger
  batcher: Batcher
} {
  const transports = sinks.map((sink) => createTransport(sink, () => batcher.flush()))
  const logger = winston.createLogger({ level, transports, format: winston.format((info) => info)() })
  const toStreams = logger.write.bind(logger) as (...args: unknown[]) => boolean
  if (!Object.hasOwn(logger.levels, level)) {
    throw new RangeError(
      `The log level must be one of ${Object.keys(logger.levels).join(', ')}, not ${level}`,
    )
  }
  /** One bit for each sink that takes the lines of the current batch. */
  let takers = 0
  const batcher = createBatcher((batch, lines) => {
    sinks.forEach((sink, index) => {
      if (takers & (1 << index)) sink.write(batch, lines)
    })
  })

  /** Whom winston's streams lead to now; undefined after a change. A pipe is a listener of 'data'. */
  let attached: { transport: Transport; bit: number }[] | undefined
  for (const event of ['newListener', 'removeListener']) {
    logger.on(event, (name) => {
      if (name === 'data') attached = undefined
    })
  }

  function attach(): { transport: Transport; bit: number }[] {
    // winston detaches what it has ended, and a late line is still a line.
    const now = logger.writable ? logger.transports : transports
    return now.map((transport) => {
      const index = transports.indexOf(transport)
      return { transport, bit: index === -1 ? OTHERS : 1 << index }
    })
  }

  /** The bits of all who take such a line, by their own level or else the logger's. */
  function takersOf(rank: number): number {
    let bits = 0
    if (logger.silent) return bits
    attached ??= attach()
    for (const { transport, bit } of attached) {
      // A level that is set to a name that winston does not know would drop everything without a word.
      const limit = logger.levels[transport.level ?? logger.level] ?? Number.POSITIVE_INFINITY
      if (rank <= limit && !transport.silent) bits |= bit
    }
    return bits
  }

  function write(info: Info, encoding?: unknown, callback?: unknown): boolean {
    const name = (info[LEVEL] ?? info.level) as string
    const rank = logger.levels[name]
    const bits = takersOf(rank ?? 0)
    const mine = bits & ~OTHERS
    let record: object | undefined
    if (bits !== 0) {
      const { message, fields } = readRecord(info, logger.defaultMeta)
      const level = rank === undefined ? 'error' : name
      const all = rank === undefined ? { ...safeCopy(fields), unknown_level: String(name) } : fields
      const text = mine === 0 ? line.withoutSeq(level, message, all) : line(level, message, all)
      if (mine !== 0) add(text, mine)
      if (bits !== mine && logger.writable) record = toRecord(level, text)
    }
    if (record) return toStreams(record, encoding, callback)
    const done = callback ?? encoding
    if (typeof done === 'function') process.nextTick(done)
    return true
  }

  function add(text: string, bits: number): void {
    if (bits !== takers) batcher.flush()
    takers = bits
    batcher.add(text)
  }

  return { logger: Object.assign(logger, { write }), batcher }
}

/** A sink as winston sees it: its level and silent hold, and another logger may use it, too. */
function createTransport(sink: Sink, flush: () => void): Transport {
  const transport = new Transport({
    log(info: Info, next?: () => void) {
      if (!info[WRITTEN]) sink.write(Buffer.from(`${info[MESSAGE] ?? toText(info)}\n`), 1)
      setImmediate(() => transport.emit('logged', info))
      next?.()
      return true
    },
  })
  transport._final = (done) => {
    flush()
    sink.close(done)
  }
  return transport
}

/** What the other transports get: the finished line, as winston's formats would have made it. */
function toRecord(level: string, text: string): object {
  return { ...JSON.parse(text), [LEVEL]: level, [MESSAGE]: text.slice(0, -1), [WRITTEN]: true }
}

/** The text and the fields of winston's info, in whichever form of a call they came in. */
function readRecord(info: Info, defaultMeta: object | undefined): { message: string; fields: Fields } {
  const { message } = info
  const splat = info[SPLAT] as unknown[] | undefined
  if (typeof message === 'string' && splat?.length === 1 && isUsual(splat[0]) && !message.includes('%'))
    return { message, fields: info }
  if (isError(info)) {
    return { message: toText(safeGet(info, 'message')), fields: { ...defaultMeta, error: info } }
  }
  if (!splat && isCopyOfError(info)) return readCopyOfError(info)
  return readParts(safeCopy(info), splat ?? [])
}

/** Whether winston has copied these fields as they are, which is all but always, unless the message has a %s. */
function isUsual(meta: unknown): meta is Info {
  return (
    Object.getPrototypeOf(meta ?? 0) === Object.prototype &&
    (meta as Info).message === undefined &&
    (meta as Info).level === undefined
  )
}

/** Undoes what winston does to a message, and leaves nothing of the further arguments out. */
function readParts({ level: _, message, ...fields }: Info, splat: unknown[]) {
  let text = message
  const details: string[] = []
  for (const part of splat) {
    if (part === undefined || part === null) continue
    if (typeof part !== 'object' || isArray(part)) details.push(toText(part))
    const own = typeof part === 'object' ? safeCopy(part) : {}
    const { message: appended = isError(part) ? part.message : undefined } = own
    if (appended && String(text).endsWith(` ${appended}`))
      text = String(text).slice(0, -1 - String(appended).length)
    if (isError(part) || isArray(part)) {
      for (const key of [...Object.keys(own), 'stack', 'cause']) {
        if (fields[key] === safeGet(part as never, key)) delete fields[key]
      }
      if (isError(part)) fields.error = part
    } else {
      const { level, message, ...rest } = own
      Object.assign(fields, rest)
      if (level !== undefined) fields.field_level = level
      if (message !== undefined) fields.field_message = message
    }
  }
  if (details.length > 0) fields.detail = details.join(' ')
  if (isError(text)) return { message: toText(text.message), fields: { error: text, ...fields } }
  if (typeof text !== 'object' || text === null) return { message: toText(text ?? ''), fields }
  if (isArray(text)) return { message: toText(text), fields }
  const { level: _level, message: inner = '', ...rest } = safeCopy(text)
  return { message: toText(inner), fields: { ...fields, ...rest } }
}

/** What a child makes of info(error): a copy, of which one cannot tell its own fields from those of the error. */
function isCopyOfError(info: Info): boolean {
  return typeof info.stack === 'string' && Object.hasOwn(info, 'cause') && info[LEVEL] !== undefined
}

/** Of the further fields only short ones are kept: errors of Telegram carry the whole call in objects. */
function readCopyOfError(info: Info): { message: string; fields: Fields } {
  const { level: _, message, stack, cause, code, ...further } = info
  const name = /^[\w$.]+/.exec(String(stack))?.[0] ?? 'Error'
  const error = Object.assign(new Error(toText(message), { cause }), { name, stack, code })
  const fields = Object.entries(further).filter(([, value]) => typeof value !== 'object')
  return { message: error.message, fields: { ...Object.fromEntries(fields), error } }
}

function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value)
  } catch {
    return false // a revoked proxy
  }
}
