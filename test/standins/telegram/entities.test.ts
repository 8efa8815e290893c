import { expect, test } from 'vitest'
import { findEntities } from './entities.ts'

const found = (text: string) =>
  findEntities(text).map(({ type, offset, length }) => [type, text.slice(offset, offset + length)])

test.each([
  ['/start', [['bot_command', '/start']]],
  ['/start@bitacora_bot 42', [['bot_command', '/start@bitacora_bot']]],
  ['1/2 and/or a/b', []],
  ['hola @ada_l, mirá', [['mention', '@ada_l']]],
  ['ada@example.com', []],
  ['ver https://example.org/a?b=c.', [['url', 'https://example.org/a?b=c']]],
  ['ver example.com/tv, ya', [['url', 'example.com/tv']]],
  ['nada de nada', []],
])('in %j', (text, entities) => {
  expect(found(text)).toEqual(entities)
})

test('offsets count UTF-16 units', () => {
  expect(findEntities('😀 /tv')).toEqual([{ type: 'bot_command', offset: 3, length: 3 }])
})

test('given entities stay, and found ones fit around them', () => {
  const code = { type: 'code', offset: 0, length: 3 }
  expect(findEntities('/tv /tv', [code])).toEqual([code, { type: 'bot_command', offset: 4, length: 3 }])
})
