import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import winston, { type Logger } from 'winston'
import Transport from 'winston-transport'
import { createTestLogger } from '../../support/testLogger.ts'

function start(level = 'info') {
  const { logger, lines, close, stats } = createTestLogger({ level })
  return {
    logger,
    lines,
    close,
    stats,
    sink: logger.transports[0] as Transport,
    messages: () => lines.map(({ message }) => message),
  }
}

function collector(level?: string) {
  const records: Record<string | symbol, unknown>[] = []
  const log = (info: Record<string, unknown>, next: () => void) => {
    records.push(info)
    next()
  }
  return { transport: new Transport({ log, ...(level && { level }) }), records }
}

test("it is winston's own Logger", () => {
  expect(start().logger).toBeInstanceOf((winston as unknown as { Logger: new () => Logger }).Logger)
})

test('only what the level admits is logged, also after it changed', () => {
  const { logger, messages } = start('info')
  logger.debug('one')
  logger.info('two')
  logger.level = 'debug'
  logger.debug('three')
  logger.level = 'error'
  logger.warn('four')
  logger.error('five')
  expect(messages()).toEqual(['two', 'three', 'five'])
  expect([logger.isLevelEnabled('warn'), logger.isErrorEnabled()]).toEqual([false, true])
})

test('an unknown level is refused instead of dropping everything', () => {
  expect(() => start('INFO')).toThrow('must be one of error, warn, info')
})

test.for<[string, (logger: Logger) => void, object]>([
  ['info(text, fields)', (l) => l.info('m', { a: 1 }), { message: 'm', a: 1 }],
  ['info(text, error)', (l) => l.info('m', new Error('e')), { message: 'm', error: { message: 'e' } }],
  ['info(text, something else)', (l) => l.info('m', 5), { message: 'm', detail: '5' }],
  ['info(error)', (l) => l.info(new Error('e')), { message: 'e', error: { type: 'Error' } }],
  ['info(object)', (l) => l.info({ message: 'm', a: 1 }), { message: 'm', a: 1 }],
  ['info(number)', (l) => l.info(7), { message: '7' }],
  ['info(something without a text)', (l) => l.info(Object.create(null)), { message: '' }],
  ['log(level, text, fields)', (l) => l.log('info', 'm', { a: 1 }), { message: 'm', a: 1 }],
  ['log(level, error)', (l) => l.log('info', new Error('e') as never), { error: { message: 'e' } }],
  ['log(object)', (l) => l.log({ level: 'info', message: 'm', a: 1 }), { message: 'm', a: 1 }],
  ['write(object)', (l) => l.write({ level: 'info', message: 'm', a: 1 }), { message: 'm', a: 1 }],
  ['a %s in the text', (l) => l.info('100 %s %d', { a: 1 }), { message: '100 %s %d', a: 1 }],
  ['a field called message', (l) => l.info('m', { message: 'x' }), { message: 'm', field_message: 'x' }],
])('%s is understood', ([, call, expected]) => {
  const { logger, lines } = start()
  call(logger)
  expect(lines).toEqual([expect.objectContaining({ level: 'info', seq: 1 })])
  expect(lines[0]).toMatchObject(expected)
})

test('a child adds its fields, its own children add theirs, and the call has the last word', () => {
  const { logger, lines } = start()
  const child = logger.child({ a: 1, b: 1, c: 1 })
  child.child({ b: 2, c: 2 }).info('m', { c: 3 })
  child.log('info', 'm')
  expect(lines[0]).toMatchObject({ a: 1, b: 2, c: 3 })
  expect(lines[1]).toMatchObject({ a: 1, b: 1, c: 1 })
})

test("a child follows its parent's level", () => {
  const { logger, messages } = start('info')
  const child = logger.child({ a: 1 })
  child.debug('one')
  logger.level = 'debug'
  child.debug('two')
  expect(messages()).toEqual(['two'])
})

test('profilers and timers log through the same line', () => {
  const { logger, lines } = start()
  logger.startTimer().done({ message: 'm' })
  expect(lines[0]).toMatchObject({ message: 'm', durationMs: expect.any(Number) })
})

test('a transport added later gets the finished record, at its own level', async () => {
  const { logger, lines, close } = start('info')
  const { transport, records } = collector('debug')
  logger.add(transport)
  logger.debug('one', { a: 1 })
  logger.info('two', { error: new Error('e') })
  await close(1000)
  expect(records).toMatchObject([
    { level: 'debug', message: 'one', a: 1 },
    { level: 'info', message: 'two', error: { message: 'e' } },
  ])
  expect(JSON.parse(records[1]?.[Symbol.for('message')] as string)).toEqual(lines[0])
  expect(lines).toHaveLength(1)
})

test('a sink that is removed gets nothing more', () => {
  const { logger, sink, messages } = start()
  logger.info('one')
  logger.remove(sink)
  logger.info('two')
  logger.add(sink)
  logger.info('three')
  expect(messages()).toEqual(['one', 'three'])
})

test('silent silences', () => {
  const { logger, messages } = start()
  logger.silent = true
  logger.info('one')
  logger.silent = false
  logger.info('two')
  expect(messages()).toEqual(['two'])
})

test('a line after the end is written, not thrown', async () => {
  const { logger, messages, close } = start()
  logger.add(collector().transport)
  expect(await close(1000)).toBe(true)
  logger.info('late')
  logger.debug('late')
  expect(messages()).toEqual(['late'])
  expect(await close(1000)).toBe(true)
})

test('closing gives up at its deadline', async () => {
  const { logger, close } = start()
  logger.add(Object.assign(new Writable({ objectMode: true, final: () => {} }), { log() {} }) as never)
  expect(await close(20)).toBe(false)
})

test('what cannot be read does not keep the rest of a line out', () => {
  const { logger, lines } = start()
  const bad = {
    kept: 1,
    get broken() {
      throw new Error('no')
    },
  }
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  logger.info(bad)
  logger.info('nested', { proxy })
  expect(lines).toHaveLength(2)
  const unreadable = expect.stringContaining('unreadable')
  expect(lines[0]).toMatchObject({ kept: 1, broken: unreadable })
  expect(lines[1]).toMatchObject({ message: 'nested', proxy: unreadable })
})

test('the timestamp stays first, whatever the fields are called', () => {
  const { logger, lines } = start()
  logger.info('list', ['a', 'b'])
  logger.info('number', { 42: 'x' })
  expect(lines.map((line) => Object.keys(line)[0])).toEqual(['timestamp', 'timestamp'])
  expect(lines).toMatchObject([{ detail: '["a","b"]' }, { field_42: 'x' }])
})

test('a level that winston does not know is logged as an error that names it', () => {
  const { logger, lines } = start()
  logger.log('loud', 'hello')
  expect(lines).toMatchObject([{ level: 'error', message: 'hello', unknown_level: 'loud' }])
})

test('a line that only another transport takes has no seq and is not counted: there is no gap for our readers', async () => {
  const { logger, lines, stats, close } = start('info')
  const { transport, records } = collector('debug')
  logger.add(transport)
  logger.info('one')
  logger.debug('two')
  logger.info('three')
  await close(1000)
  expect(lines.map(({ message, seq }) => [message, seq])).toEqual([
    ['one', 1],
    ['three', 2],
  ])
  expect(records.map(({ message, seq }) => [message, seq])).toEqual([
    ['one', 1],
    ['two', undefined],
    ['three', 2],
  ])
  expect(stats().lines).toEqual({ info: 2 })
})

test('a disabled level makes no line beside a transport that wants errors only', () => {
  const { logger } = start('info')
  const { transport } = collector('error')
  logger.add(transport)
  let reads = 0
  const nested = {
    toJSON() {
      reads += 1
    },
  }
  logger.debug('m', { nested })
  expect(reads).toBe(0)
  logger.info('m', { nested })
  expect(reads).toBe(1)
})

test('a sink with a level of its own gets its lines, in their order', async () => {
  const { logger, lines, sink } = start('info')
  sink.level = 'warn'
  logger.info('one')
  logger.warn('two')
  sink.level = 'info'
  logger.info('three')
  expect(lines.map(({ message, seq }) => [message, seq])).toEqual([
    ['two', 1],
    ['three', 2],
  ])
})

test('a transport of ours can be used by another logger, and says what it has logged', async () => {
  const { sink, lines } = start()
  const info = {
    level: 'info',
    message: 'm',
    [Symbol.for('level')]: 'info',
    [Symbol.for('message')]: '{"message":"m"}',
  }
  const logged = new Promise((resolve) => sink.once('logged', resolve))
  expect(sink.log?.(info, undefined as never)).toBe(true)
  expect(await logged).toBe(info)
  await new Promise<void>((done) => sink.log?.(info, done))
  expect(lines).toMatchObject([{ message: 'm' }, { message: 'm' }])
})
