// The same calls on a plain winston logger and on ours, side by side.
import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import winston, { type Logger } from 'winston'
import Transport from 'winston-transport'
import { createTestLogger } from '../../support/testLogger.ts'

const DOCUMENT = new URL('../../../docs/logs.md', import.meta.url)

/** Fields of ours in every line, which plain winston has none of, and what differs from run to run. */
const OWN = ['timestamp', 'service', 'version', 'instance', 'boot', 'seq', 'durationMs', 'stack']

type Call = [code: string, call: (logger: Logger) => unknown]

const SAME: Call[] = [
  ["info('m')", (l) => l.info('m')],
  ["info('m', { a: 1 })", (l) => l.info('m', { a: 1 })],
  ["log('warn', 'm', { a: 1 })", (l) => l.log('warn', 'm', { a: 1 })],
  ["log({ level: 'info', message: 'm', a: 1 })", (l) => l.log({ level: 'info', message: 'm', a: 1 })],
  ["write({ level: 'info', message: 'm' })", (l) => l.write({ level: 'info', message: 'm' })],
  ["info({ message: 'm', a: 1 })", (l) => l.info({ message: 'm', a: 1 })],
  ["debug('m') at level info", (l) => l.debug('m')],
  ['defaultMeta = { a: 1 }', (l) => Object.assign(l, { defaultMeta: { a: 1 } }).info('m', { b: 2 })],
  ["child({ a: 1 }).info('m', { a: 2 })", (l) => l.child({ a: 1 }).info('m', { a: 2 })],
  [
    "child({ a: 1 }).child({ b: 1 }).log('info', 'm')",
    (l) => l.child({ a: 1 }).child({ b: 1 }).log('info', 'm'),
  ],
  ["profile('p') twice", (l) => [l.profile('p'), l.profile('p', { level: 'info', a: 1 })]],
  ['startTimer().done()', (l) => l.startTimer().done({ message: 'm' })],
  ["level = 'debug' at run time", (l) => Object.assign(l, { level: 'debug' }).debug('m')],
  ['silent = true', (l) => Object.assign(l, { silent: true }).info('m')],
  [
    "transports[0].level = 'error'",
    (l) => [Object.assign(l.transports[0] ?? {}, { level: 'error' }), l.info('m'), l.error('n')],
  ],
  [
    "transports[0].level = 'debug'",
    (l) => [Object.assign(l.transports[0] ?? {}, { level: 'debug' }), l.debug('m')],
  ],
  [
    'transports[0].silent = true',
    (l) => [Object.assign(l.transports[0] ?? {}, { silent: true }), l.info('m')],
  ],
  ['remove(transports[0])', (l) => [l.remove(l.transports[0] as Transport), l.add(sinkhole()), l.info('m')]],
]

const DIFFERENT: Call[] = [
  ["info('a %s', 'x', { a: 1 })", (l) => l.info('a %s', 'x', { a: 1 })],
  ["info('m', 5)", (l) => l.info('m', 5)],
  ["info('m', { message: 'x' })", (l) => l.info('m', { message: 'x' })],
  ["info('m', { level: 'x' })", (l) => l.info('m', { level: 'x' })],
  ['info({ a: 1 })', (l) => l.info({ a: 1 })],
  ["info('m', { error: new TypeError('e') })", (l) => l.info('m', { error: new TypeError('e') })],
  ["info('m', new TypeError('e'))", (l) => l.info('m', new TypeError('e'))],
  ["info(new TypeError('e'))", (l) => l.info(new TypeError('e'))],
  ["child({ a: 1 }).info(new TypeError('e'))", (l) => l.child({ a: 1 }).info(new TypeError('e'))],
  ["log('loud', 'm')", (l) => l.log('loud', 'm')],
  ["level = 'INFO'; info('m')", (l) => Object.assign(l, { level: 'INFO' }).info('m')],
]

function sinkhole(): Transport {
  return new Transport({ log: (_info, next) => next() })
}

/** What plain winston, with format.json(), gives its transport. */
async function plain(call: Call[1]): Promise<string> {
  const records: object[] = []
  const log = (info: Record<symbol, string>, next: () => void) => {
    records.push(JSON.parse(info[Symbol.for('message')] ?? ''))
    next()
  }
  call(winston.createLogger({ transports: [new Transport({ log })] }))
  await new Promise(setImmediate)
  return tell(records)
}

function ours(call: Call[1]): string {
  const { logger, lines } = createTestLogger({ level: 'info' })
  call(logger)
  return tell(lines)
}

function tell(records: object[]): string {
  const shown = (key: string, value: unknown) => (OWN.includes(key) ? undefined : value)
  const sorted = (record: object) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => a.localeCompare(b)))
  return records.map((record) => JSON.stringify(sorted(record), shown)).join(' ') || 'nothing'
}

test.for(SAME)('%s does the same', async ([, call]) => {
  expect(ours(call)).toBe(await plain(call))
})

test('docs/logs.md shows what differs, as these calls show it now', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => {})
  const rows: string[] = []
  for (const [code, call] of DIFFERENT) {
    const [theirs, own] = [await plain(call), ours(call)]
    expect(own).not.toBe(theirs)
    rows.push(`| \`${code}\` | ${theirs === 'nothing' ? theirs : `\`${theirs}\``} | \`${own}\` |`)
  }
  expect(stderr).toHaveBeenCalledWith('[winston] Unknown logger level: %s', 'loud')
  stderr.mockRestore()
  expect(readFileSync(DOCUMENT, 'utf8')).toContain(rows.join('\n'))
})

test('an error that goes through a child leaves out what it carries of a call', () => {
  const { logger, lines } = createTestLogger()
  const on = { payload: { text: 'private words' } }
  logger.child({ a: 1 }).error(Object.assign(new TypeError('e'), { code: 400, on }))
  logger.child({ a: 1 }).error('m', Object.assign(new TypeError('e'), { code: 400, on }))
  expect(JSON.stringify(lines)).not.toContain('private words')
  const error = { type: 'TypeError', message: 'e', code: '400' }
  expect(lines).toMatchObject([
    { message: 'e', a: 1, error },
    { message: 'm', a: 1, error },
  ])
})

test('winston handles exceptions: the line is made, with the error unfolded', () => {
  const { logger, lines } = createTestLogger()
  const info = logger.exceptions.getAllInfo(new TypeError('e'))
  logger.log(info as never)
  expect(lines).toMatchObject([
    { level: 'error', exception: true, error: { type: 'TypeError', message: 'e' } },
  ])
})

test('a transport that stalls holds up the others on a plain logger, and none of our sinks', () => {
  const { logger, lines } = createTestLogger()
  const stalls = () => Object.assign(new Writable({ objectMode: true, write() {} }), { log() {} }) as never
  logger.add(stalls())
  for (let i = 0; i < 1000; i++) logger.info('m')
  expect(lines).toHaveLength(1000)
})

test('a stream can be piped into it, and is told when a line is taken', async () => {
  const { logger, lines } = createTestLogger()
  await new Promise<void>((done) => logger.write({ level: 'info', message: 'm' }, () => done()))
  expect(lines).toMatchObject([{ message: 'm' }])
})
