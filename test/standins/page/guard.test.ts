import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTelegram, type Telegram } from '../telegram/server.ts'
import { type Page, startPage } from './server.ts'

let telegram: Telegram
let token: string
let page: Page
const logDir = mkdtempSync(join(tmpdir(), 'bitacora-page-'))

beforeAll(async () => {
  telegram = await startTelegram()
  token = telegram.newToken()
  const options = { logDir, logName: 'logs', hint: '', host: '127.0.0.1', ports: [0] }
  page = await startPage({ telegram, token, ...options })
})
afterAll(async () => {
  await page.close()
  await telegram.close()
  rmSync(logDir, { recursive: true })
})

/** fetch would not send a Host or an Origin of our choice. */
function send(path: string, options: { method?: string; headers?: Record<string, string>; body?: string }) {
  const { body, ...rest } = options
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const sent = request(`${page.url}${path}`, rest, async (response) => {
        const text = (await response.toArray()).join('')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
      sent.on('error', reject).end(body)
    },
  )
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  send('/actions', {
    method: 'POST',
    headers: { origin: page.url, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

const { pending } = { pending: () => telegram.bot(token).pending }

test.each([
  ['from another site', { origin: 'https://example.org' }],
  ['from another port of this machine', { origin: 'http://127.0.0.1:1' }],
  ['under a name that was rebound to this machine', { host: 'example.org', origin: 'http://example.org' }],
  ['as a form', { 'content-type': 'text/plain' }],
])('an action that comes %s is refused', async (_, headers) => {
  const before = pending()
  expect(
    (await post({ do: 'send', chat: 6_000_000_000, as: 6_000_000_000, text: '/start' }, headers)).status,
  ).toBe(403)
  expect(pending()).toBe(before)
})

test('an action of the page becomes an update', async () => {
  const before = pending()
  expect((await post({ do: 'send', chat: 6_000_000_000, as: 6_000_000_000, text: '/start' })).status).toBe(
    204,
  )
  expect(pending()).toBe(before + 1)
})

test.each([
  ['{"do":"dance"}'],
  ['{"do":"send","chat":1,"as":1,"text":"to nobody"}'],
  ['{"do":"location","chat":6000000000,"as":6000000000,"latitude":91,"longitude":0}'],
  ['not json'],
])('the action %s is answered with what is wrong', async (body) => {
  const answer = await send('/actions', {
    method: 'POST',
    headers: { origin: page.url, 'content-type': 'application/json' },
    body,
  })
  expect(answer.status).toBe(400)
  expect(answer.text).not.toBe('')
})

test('a page under another name reads nothing either', async () => {
  expect((await send('/feed', { headers: { host: 'example.org' } })).status).toBe(403)
})

test.each(['/../server.ts', '/..%2fserver.ts', '/client', '/none.js'])('%s is not served', async (path) => {
  expect((await send(path, {})).status).toBe(404)
})

test('scripts and styles come from the page alone', async () => {
  const policy = (await send('/', {})).headers['content-security-policy']
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
})
