import { TelegramError } from 'telegraf'
import { expect, test } from 'vitest'
import { Unreachable } from '../../../bot/telegram/apiResponse.ts'
import { cannotReply, outcomeOf } from '../../../bot/telegram/outcome.ts'
import { sample } from './samples.ts'

const MESSAGE = sample('message')

const refusal = (error_code: number, description: string, parameters = {}) =>
  new TelegramError({ error_code, description, parameters })

test.for([
  [refusal(400, 'Bad Request: message is not modified'), 'refused'],
  [refusal(403, 'Forbidden: bot was blocked by the user'), 'refused'],
  [refusal(429, 'Too Many Requests'), 'refused'],
  [refusal(502, 'Bad Gateway'), 'unreachable'],
  [new Unreachable('sendMessage', 'ECONNRESET'), 'unreachable'],
  [new TypeError('x is not a function'), 'error'],
  ['a string', 'error'],
] as const)('%s is %s', ([error, outcome]) => {
  expect(outcomeOf(error, MESSAGE)).toBe(outcome)
})

test.for([
  refusal(403, 'Forbidden: bot was blocked by the user'),
  refusal(403, 'Forbidden: bot was kicked from the supergroup chat'),
  refusal(429, 'Too Many Requests: retry after 60', { retry_after: 60 }),
  refusal(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1001 }),
  refusal(400, 'Bad Request: chat not found'),
  refusal(400, 'Bad Request: not enough rights to send text messages to the chat'),
  refusal(400, 'Bad Request: have no rights to send a message'),
  refusal(400, 'Bad Request: PEER_ID_INVALID'),
])('after %s nothing more is written to the chat', (error) => {
  expect(cannotReply(error)).toBe(true)
})

test.for([
  refusal(400, 'Bad Request: message is too long'),
  refusal(502, 'Bad Gateway'),
  new Unreachable('sendMessage', 'DEADLINE'),
  new TypeError('x is not a function'),
])('after %s an apology may arrive', (error) => {
  expect(cannotReply(error)).toBe(false)
})
