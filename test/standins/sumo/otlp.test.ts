import { expect, it } from 'vitest'
import { otlpRecords } from './otlp.ts'
import { attribute, bytes, logsRequest, message } from './otlpBytes.ts'

it('reads a record with its source, fields, body, time, severity and attributes', () => {
  const request = logsRequest({
    resource: { _sourceName: 'bot.log', _sourceCategory: 'test/bot', _sourceHost: 'pod-1', zone: 'a' },
    records: [
      {
        time: '2026-11-24T18:00:00.123Z',
        severity: { number: 13, text: 'warn' },
        body: '¡hola!',
        attributes: { file: 'bot.log' },
      },
    ],
  })

  expect(otlpRecords(request)).toEqual([
    {
      name: 'bot.log',
      category: 'test/bot',
      host: 'pod-1',
      fields: { zone: 'a' },
      body: '¡hola!',
      time: '2026-11-24T18:00:00.123Z',
      severity: { number: 13, text: 'warn' },
      attributes: { file: 'bot.log' },
    },
  ])
})

it('keeps the order of records over resources', () => {
  const request = Buffer.concat([
    logsRequest({ resource: {}, records: [{ body: '1' }, { body: '2' }] }),
    logsRequest({ resource: {}, records: [{ body: '3' }] }),
  ])

  expect(otlpRecords(request).map(({ body }) => body)).toEqual(['1', '2', '3'])
})

it('has no time and no severity where the sender gave none', () => {
  const [record] = otlpRecords(logsRequest({ resource: {}, records: [{ body: 'when?' }] }))

  expect(record).toMatchObject({ time: undefined, severity: { number: 0, text: '' } })
})

it.each([
  ['a boolean', [0x10, 1], true],
  ['a negative integer', [0x18, ...Array(9).fill(0xff), 1], -1],
  ['a double', [0x21, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5],
  ['a list', [0x2a, 4, 0x0a, 2, 0x18, 7], [7]],
  ['a map', [0x32, ...message(attribute(1, 'k', 'v'))], { k: 'v' }],
])('reads %s as a body', (_, body, expected) => {
  const record = bytes(5, Buffer.from(body))

  expect(otlpRecords(bytes(1, bytes(2, bytes(2, record))))[0]?.body).toEqual(expected)
})

it('refuses bytes that end inside a field', () => {
  const whole = logsRequest({ resource: {}, records: [{ body: 'a body' }] })

  expect(() => otlpRecords(whole.subarray(0, -1))).toThrow('cut short')
})
