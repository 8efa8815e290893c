import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createLine, type Fields, SCHEMA } from '../../../bot/logging/line.ts'
import { checkFieldTypes, FIELD_TYPES } from '../../support/fieldTypes.ts'

const SECRET = randomBytes(26).toString('base64url')
const TOKEN = `${110_201_543}:${SECRET}`
const identity = { service: 'bitacora', version: '1.2.3', instance: 'pod-1', boot: 'b1' }

function newLine() {
  return createLine({ identity, secret: TOKEN, now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) })
}

function logged(fields: Fields, message = 'text') {
  return JSON.parse(newLine()('info', message, fields))
}

test('the keys come in one order, whatever the order of the fields', () => {
  const fields = {
    extra: 1,
    method: 'getMe',
    outcome: 'ok',
    duration_ms: 1.5,
    feature: 'tv',
    error: new Error('x'),
  }
  const text = newLine()('warn', 'text', { ...fields, user_id: 3, chat_id: 2, update_id: 1 })
  expect(Object.keys(JSON.parse(text)).join(' ')).toBe(
    'timestamp level message service version instance boot seq update_id chat_id user_id feature duration_ms outcome method error extra',
  )
  expect(text).toMatch(/^\{"timestamp":"2026-01-02T03:04:05.006Z","level":"warn"/)
})

test('a line is one line of JSON and ends in a newline', () => {
  const text = newLine()('info', 'a\nb', { text: 'c\r\nd' })
  expect(text.indexOf('\n')).toBe(text.length - 1)
  expect(JSON.parse(text)).toMatchObject({ message: 'a\nb', text: 'c\r\nd' })
})

test('seq counts from 1, and the lines are counted by level', () => {
  const line = newLine()
  const seqs = ['info', 'warn', 'info'].map((level) => JSON.parse(line(level, 'text')).seq)
  expect(seqs).toEqual([1, 2, 3])
  expect(line.counts).toEqual({ info: 2, warn: 1 })
})

test('the time follows the clock', () => {
  let at = 0
  const line = createLine({ identity, secret: TOKEN, now: () => at })
  const times = [0, 0, 1, 86_400_000].map((ms) => {
    at = ms
    return Date.parse(JSON.parse(line('info', 'text')).timestamp)
  })
  expect(times).toEqual([0, 0, 1, 86_400_000])
})

test('a field cannot pass itself off as a key of ours', () => {
  const line = logged({ seq: 99, boot: 'forged', timestamp: 0 })
  expect(line).toMatchObject({
    seq: 1,
    boot: 'b1',
    field_seq: 99,
    field_boot: 'forged',
    field_timestamp: 0,
  })
})

test('an error is unfolded with its causes, down to the fourth', () => {
  const chain = [1, 2, 3, 4, 5].reduceRight<Error | undefined>(
    (cause, n) => Object.assign(new TypeError(`e${n}`, { cause }), { code: `E${n}` }),
    undefined,
  )
  const { error } = logged({ error: chain })
  expect(error).toMatchObject({ type: 'TypeError', message: 'e1', code: 'E1', cause: { message: 'e2' } })
  expect(error.stack).toContain('line.test.ts')
  expect(error.cause.cause.cause.message).toBe('e4')
  expect(error.cause.cause.cause.cause).toBeUndefined()
})

test("what an error of Telegram carries of the call stays out, under any field's name and depth", () => {
  const error = Object.assign(new Error('403: Forbidden'), {
    code: 403,
    on: { method: 'sendMessage', payload: { text: 'private words' } },
    response: { description: 'private words' },
  })
  const text = newLine()('error', 'text', { error, reason: error, nested: { list: [error] } })
  expect(text).not.toContain('private words')
  expect(JSON.parse(text)).toMatchObject({
    error: { code: '403' },
    reason: { code: '403' },
    nested: { list: [{ code: '403' }] },
  })
})

test.for([
  ['text', 'string', 'text'],
  [null, 'null', 'null'],
  [undefined, undefined, undefined],
  [42n, 'bigint', '42'],
  [{ a: 1 }, 'Object', '{"a":1}'],
  [Object.create(null), 'object', '{}'],
  [Symbol('s'), 'symbol', 'Symbol(s)'],
])('anything may be thrown: %s', ([thrown, type, message]) => {
  expect(logged({ error: thrown }).error?.type).toBe(type)
  expect(logged({ error: thrown }).error?.message).toBe(message)
})

test('an AggregateError without a message tells what is in it', () => {
  const error = new AggregateError([new Error('v4 refused'), new Error('v6 refused')])
  expect(logged({ error }).error.message).toBe('v4 refused; v6 refused')
})

test('hostile fields neither throw nor get lost', () => {
  const circle: Record<string, unknown> = { name: 'circle' }
  circle.self = circle
  const hostile = {
    circle,
    big: 12n,
    get getter() {
      throw new Error('no')
    },
    json: {
      toJSON() {
        throw new Error('no')
      },
    },
    inner: {
      get getter() {
        throw new Error('no')
      },
    },
    proxy: new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no')
        },
      },
    ),
    date: new Date(0),
    badDate: new Date(Number.NaN),
    map: new Map([[1, 2]]),
    function: () => 1,
    symbol: Symbol('s'),
    after: 'still here',
  }
  expect(logged(hostile)).toMatchObject({
    circle: { name: 'circle', self: '[circular]' },
    big: '12',
    getter: expect.stringContaining('unreadable'),
    json: expect.stringContaining('unreadable'),
    inner: { getter: expect.stringContaining('unreadable') },
    date: '1970-01-01T00:00:00.000Z',
    after: 'still here',
  })
})

test('a getter that logs gets its line before the one that it belongs to', () => {
  const line = newLine()
  const lines: string[] = []
  const fields = {
    get text() {
      lines.push(line('info', 'inner'))
      return 'x'
    },
  }
  lines.push(line('info', 'outer', fields))
  expect(lines.map((text) => JSON.parse(text))).toMatchObject([
    { message: 'inner', seq: 1 },
    { message: 'outer', seq: 2, text: 'x' },
  ])
})

test.for<[string, () => unknown]>([
  ['text', () => 'hi'],
  ['a number', () => 5],
  ['nothing', () => undefined],
  ['keys of ours', () => ({ timestamp: 1, seq: 9 })],
  [
    'an error',
    () => {
      throw new Error('no')
    },
  ],
])('a field named toJSON that would give %s is left out, and spoils no line', ([, toJSON]) => {
  const { text, ...line } = logged({ toJSON, text: 'x', inner: { list: [toJSON] } })
  expect(text).toBe('x')
  expect(line).toMatchObject({ timestamp: '2026-01-02T03:04:05.006Z', seq: 1 })
  expect(Object.keys(line)).not.toContain('toJSON')
})

test('an error whose own properties throw is still an error', () => {
  const error = new Error('x')
  Object.defineProperty(error, 'message', {
    get() {
      throw new Error('no')
    },
  })
  expect(logged({ error }).error).toEqual({ type: 'unknown', message: expect.stringContaining('unreadable') })
})

test.for([
  ['a long text', { text: 'x'.repeat(100_000) }],
  ['a long text of three bytes a character', { text: '€'.repeat(15_000) }],
  ['a text of control characters, six bytes each', { text: '\u0001'.repeat(10_000) }],
  ['halves of emoji at the cut', { text: `a${'😀'.repeat(20_000)}` }],
  ['many fields', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field${i}`, 'some text']))],
  ['long keys', { ['k'.repeat(40_000)]: 1 }],
  ['a long cause', { error: new Error('x'.repeat(50_000), { cause: new Error('y'.repeat(50_000)) }) }],
])('%s is cut to 32 KB of valid JSON, and says so', ([, fields]) => {
  const text = newLine()('info', 'text', fields as Fields)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32 * 1024)
  const line = JSON.parse(text)
  expect(line).toMatchObject({ message: 'text', seq: 1 })
  expect(line.truncated_from_bytes).toBeGreaterThan(32 * 1024)
  expect(text.isWellFormed()).toBe(true)
})

test('a line just below 32 KB is whole', () => {
  const line = logged({ text: 'x'.repeat(32_000) })
  expect(line.text).toHaveLength(32_000)
  expect(line).not.toHaveProperty('truncated_from_bytes')
})

test('a huge object costs little', () => {
  const object = Array.from({ length: 200_000 }, (_, i) => ({ i }))
  const before = process.cpuUsage()
  logged({ object, digits: '1'.repeat(200_000) })
  const { user, system } = process.cpuUsage(before)
  expect(user + system).toBeLessThan(2_000_000)
})

test.for([
  ['in the message', (secret: string) => newLine()('info', `call of ${secret}`)],
  ['in a field', (secret: string) => newLine()('info', 'text', { url: `https://x/bot${secret}/getMe` })],
  ['in a key', (secret: string) => newLine()('info', 'text', { [secret]: 1 })],
  [
    'in an error',
    (secret: string) => newLine()('info', 'text', { error: new Error(secret, { cause: secret }) }),
  ],
  ['deep in an object', (secret: string) => newLine()('info', 'text', { a: { b: [{ c: secret }] } })],
  [
    'at the cut of a long text',
    (secret: string) => newLine()('info', 'text', { t: `${'x'.repeat(8170)}${secret}${'y'.repeat(40_000)}` }),
  ],
  [
    'encoded for an address',
    (secret: string) => newLine()('info', 'text', { url: encodeURIComponent(secret) }),
  ],
] as const)('the token is nowhere: %s', ([, text]) => {
  for (const secret of [TOKEN, SECRET]) expect(text(secret)).not.toContain(SECRET)
})

test('the tokens of other bots are taken out, too, and their numbers stay', () => {
  const other = randomBytes(26).toString('base64url')
  const text = newLine()('info', `see 987654321:${other}`, {
    path: `/bot987654321:${other}/getMe`,
    encoded: `987654321%3A${other}`,
    error: new Error(`987654321:${other}`),
  })
  expect(text).not.toContain(other)
  expect(JSON.parse(text).path).toBe('/bot987654321:[redacted]/getMe')
})

test('times and numbers are not taken for tokens', () => {
  const text = 'at 2026-11-24T18:00:00.000Z, 1234567:890 and a long explanation: nothing to hide'
  expect(logged({ text }).text).toBe(text)
})

test.for([
  ['in a text', { text: 'broken \ud83d' }, { text: 'broken \ufffd' }],
  ['in a key', { 'a\udc00b': 1 }, { 'a\ufffdb': 1 }],
  ['deep in an object', { a: { b: ['\ud83d\ud83d\ude00'] } }, { a: { b: ['\ufffd\ud83d\ude00'] } }],
  ['beside a backslash', { text: '\\ud83d \\\ud83d' }, { text: '\\ud83d \\\ufffd' }],
] as const)('half of a surrogate pair %s is replaced, and the rest stays', ([, fields, expected]) => {
  const text = newLine()('info', 'text', fields)
  expect(JSON.parse(text)).toMatchObject(expected)
  expect(JSON.stringify(JSON.parse(text))).toBe(text.trimEnd())
  expect(text).not.toMatch(/[^\\](\\\\)*\\ud[89a-f]/)
})

test('half of a surrogate pair in a message, and in what JSON.parse says of one, is replaced', () => {
  expect(JSON.parse(newLine()('info', '\ud83d')).message).toBe('\ufffd')
  try {
    JSON.parse('\ud83d\ude00')
  } catch (error) {
    const text = newLine()('error', 'text', { error })
    expect(text).not.toContain('\\ud')
    expect(text.isWellFormed()).toBe(true)
  }
})

test('a line that is long by many numbers keeps its known fields', () => {
  const numbers = Array.from({ length: 900 }, (_, i) => i * 123_456_789_012)
  const error = new Error('the reason', { cause: new Error('its cause') })
  const fields = {
    a: numbers,
    b: numbers,
    c: numbers,
    update_id: 1,
    chat_id: 2,
    user_id: 3,
    feature: 'tv',
    outcome: 'error',
    error,
  }
  const text = newLine()('error', 'text', { ...fields, short: 'stays' })
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(32 * 1024)
  const line = JSON.parse(text)
  expect(line).toMatchObject({
    update_id: 1,
    chat_id: 2,
    user_id: 3,
    feature: 'tv',
    outcome: 'error',
    error: { message: 'the reason', stack: error.stack, cause: { message: 'its cause' } },
    short: 'stays',
  })
  expect(line).toHaveProperty('truncated_from_bytes')
})

test('the code of an error is text, whoever made it', () => {
  for (const code of [429, '429', 'ECONNRESET']) {
    expect(logged({ error: Object.assign(new Error('x'), { code }) }).error.code).toBe(String(code))
  }
})

test('what README says of the types of the keys holds for every key of the schema', () => {
  for (const key of SCHEMA.split(' ')) expect(FIELD_TYPES.has(key), key).toBe(true)
  expect(() => checkFieldTypes({ seq: '1' })).toThrow('seq is text, and number in README')
  expect(() => checkFieldTypes({ error: { cause: { code: 5 } } })).toThrow('error.code is number')
})
