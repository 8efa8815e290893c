import { once } from 'node:events'
import { type ClientRequest, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Update } from 'telegraf/types'
import { expect, onTestFinished, test } from 'vitest'
import { EXIT } from '../../../bot/fatal.ts'
import type { Kind } from '../../../bot/features/botApi.ts'
import type { Handler } from '../../../bot/server.ts'
import { createApi } from '../../../bot/telegram/api.ts'
import { createReceiver } from '../../../bot/telegram/receiver.ts'
import { createWebhook } from '../../../bot/telegram/webhook.ts'
import { createQuickClock } from '../../support/clock.ts'
import { startTelegramFor } from '../../support/telegram.ts'
import { createTestLogger } from '../../support/testLogger.ts'

const KINDS: Kind[] = ['message', 'callback_query']

/** The webhook behind a real HTTP server, posted to by Telegram or by the test itself. */
async function start(handle: (update: Update) => Promise<void> = async () => {}) {
  const { telegram, token, account } = await startTelegramFor(undefined, { webhookRetryMs: () => 20 })
  const clock = createQuickClock()
  const { lines, logger } = createTestLogger()

  const routes = new Map<string, Handler>()
  const server = createServer((request, response) => {
    const handler = routes.get(request.url ?? '')
    if (!handler) return void response.writeHead(404).end()
    handler(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/telegram`)

  const handled: Update[] = []
  const responses: number[] = []
  const api = createApi({ token, apiRoot: telegram.url, clock, onCall: () => {} })
  onTestFinished(() => api.close())

  function run() {
    const receiver = createReceiver({
      handle: (update) => {
        handled.push(update)
        return handle(update)
      },
      onOverflow: () => true,
      onLoss() {},
      logger,
    })
    const stop = new AbortController()
    const ready = Promise.withResolvers<void>()
    const webhook = createWebhook({
      url,
      token,
      api,
      receiver,
      logger,
      clock,
      allowedUpdates: KINDS,
      route: (path, handler) => routes.set(path, handler),
      onReady: ready.resolve,
      onResponse: (status) => responses.push(status),
    })
    const ended = webhook.run(stop.signal)
    ended.catch(() => {})
    return { ready: ready.promise, stop, ended, receiver }
  }

  /** As Telegram gave it to setWebhook. */
  const secret = async () => String((await account.waitForCall('setWebhook')).payload.secret_token)
  const headers = async () => ({
    'content-type': 'application/json',
    'x-telegram-bot-api-secret-token': await secret(),
  })
  async function post(body: string | object, other: RequestInit & { headers?: object } = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(url, {
      method: 'POST',
      body: text,
      ...other,
      headers: { ...(await headers()), ...other.headers },
    })
    return response.status
  }
  const calls = (method: string) => account.calls.filter((call) => call.method === method)
  return {
    telegram,
    token,
    account,
    clock,
    lines,
    url,
    handled,
    responses,
    run,
    secret,
    headers,
    post,
    calls,
  }
}

async function statusOf(request: ClientRequest): Promise<number | undefined> {
  const [response] = await once(request, 'response')
  response.resume()
  return response.statusCode
}

test('what Telegram posts is handled, and taken', async () => {
  const { account, handled, run } = await start()
  await run().ready
  const id = account.person().send('hola')
  await expect.poll(() => account.pending).toBe(0)
  expect(handled).toMatchObject([{ update_id: id, message: { text: 'hola' } }])
})

test('the answer comes when the update is done', async () => {
  const gate = Promise.withResolvers<void>()
  const { handled, run, post } = await start(() => gate.promise)
  await run().ready
  let status = 0
  const posted = post({ update_id: 1 }).then((code) => {
    status = code
  })
  await expect.poll(() => handled.length).toBe(1)
  await sleep(30)
  expect(status).toBe(0)
  gate.resolve()
  await posted
  expect(status).toBe(200)
})

test('only Telegram is let in, and nothing but JSON of an update', async () => {
  const { handled, responses, lines, run, post, url } = await start()
  await run().ready
  const good = { update_id: 1 }
  expect((await fetch(url)).status).toBe(405)
  expect(await post(good, { method: 'PUT' })).toBe(405)
  expect((await fetch(url, { method: 'POST', body: '{"update_id":1}' })).status).toBe(401)
  expect(await post(good, { headers: { 'x-telegram-bot-api-secret-token': 'guessed' } })).toBe(401)
  expect(await post(good, { headers: { 'x-telegram-bot-api-secret-token': '' } })).toBe(401)
  expect(await post(good, { headers: { 'content-type': 'text/plain' } })).toBe(415)
  const before = lines.length
  const broken = ['', 'null', '5', '"x"', '[]', '{}', '{', '{"update_id":"1"}', '{"update_id":0}', '\xff\xfe']
  for (const body of broken) expect([body, await post(body)]).toEqual([body, 400])
  expect(lines.slice(before).map(({ message }) => message)).toEqual(
    broken.map(() => 'what was posted is not an update'),
  )
  expect(handled).toEqual([])
  expect(await post(good, { headers: { 'content-type': 'application/json; charset=utf-8' } })).toBe(200)
  expect(responses).toEqual([405, 405, 401, 401, 401, 415, ...broken.map(() => 400), 200])
})

test('20 MB are refused with 413 whether or not their length was announced', async () => {
  const { handled, run, post, url, headers } = await start()
  await run().ready
  const filler = 'x'.repeat(20 * 1024 * 1024)
  expect(await post({ update_id: 1, message: { text: filler } })).toBe(413)
  const chunked = httpRequest(url, { method: 'POST', headers: await headers() })
  chunked.write('{"update_id":1,"message":{"text":"')
  chunked.end(`${filler}"}}`)
  expect(await statusOf(chunked)).toBe(413)
  expect(await post({ update_id: 1, message: { text: 'x'.repeat(1024 * 1024 - 50) } })).toBe(200)
  expect(handled).toHaveLength(1)
})

test('a character that arrives in two pieces stays whole', async () => {
  const { handled, run, url, headers } = await start()
  await run().ready
  const bytes = Buffer.from(JSON.stringify({ update_id: 1, message: { text: 'mañana 🐉' } }))
  const request = httpRequest(url, { method: 'POST', headers: await headers() })
  request.setNoDelay(true)
  for (const byte of bytes) {
    request.write(Buffer.of(byte))
    await sleep(0)
  }
  request.end()
  expect(await statusOf(request)).toBe(200)
  expect(handled).toMatchObject([{ message: { text: 'mañana 🐉' } }])
})

test('a post that breaks off is nothing', async () => {
  const { handled, run, post, url, headers } = await start()
  await run().ready
  const request = httpRequest(url, { method: 'POST', headers: await headers() })
  request.on('error', () => {})
  await new Promise((sent) => request.write('{"update_id":1', sent))
  request.destroy()
  expect(await post({ update_id: 2 })).toBe(200)
  expect(handled.map(({ update_id }) => update_id)).toEqual([2])
})

test('a repeated delivery waits for the first one and is not handled again', async () => {
  const gate = Promise.withResolvers<void>()
  const { handled, run, post } = await start(() => gate.promise)
  await run().ready
  const posts = [post({ update_id: 7 }), post({ update_id: 7 })]
  await expect.poll(() => handled.length).toBe(1)
  gate.resolve()
  expect(await Promise.all(posts)).toEqual([200, 200])
  expect(await post({ update_id: 7 })).toBe(200)
  expect(handled).toHaveLength(1)
})

test('with no room left Telegram is asked to come again, and every update is handled once', async () => {
  const gate = Promise.withResolvers<void>()
  const { handled, run, post } = await start(() => gate.promise)
  const { ready, receiver } = run()
  await ready
  const from = (update_id: number) => ({ update_id, message: { chat: { id: update_id } } }) as Update
  for (let id = 1; id <= 256 + 901; id++) void receiver.accept(from(id))
  expect(await post(from(9000))).toBe(503)
  gate.resolve()
  await expect.poll(() => receiver.running).toBe(0)
  expect(await post(from(9000))).toBe(200)
  expect(handled).toHaveLength(256 + 901 + 1)
})

test('the webhook is set with a secret and bounds, and a restart changes nothing', async () => {
  const { url, token, run, calls, secret } = await start()
  await run().ready
  expect(calls('setWebhook').map(({ payload }) => payload)).toEqual([
    { url: url.href, secret_token: await secret(), max_connections: 100, allowed_updates: KINDS },
  ])
  expect(await secret()).toMatch(/^[0-9a-f]{64}$/)
  expect(token).not.toContain(await secret())
  await run().ready
  expect(calls('setWebhook')).toHaveLength(1)
})

test.for([
  ['another address', { url: 'http://127.0.0.1:9/other', max_connections: 100, allowed_updates: KINDS }],
  ['another bound', { max_connections: 40, allowed_updates: KINDS }],
  ['other kinds', { max_connections: 100, allowed_updates: ['message'] }],
] as [string, object][])('a webhook with %s is set anew', async ([, other]) => {
  const { telegram, token, url, run, calls } = await start()
  await fetch(`${telegram.url}/bot${token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: url.href, ...other }),
  })
  await run().ready
  expect(calls('setWebhook')).toHaveLength(2)
})

test('a webhook that other hands set without our secret is mended by a restart', async () => {
  const { telegram, token, account, url, run, calls, handled } = await start()
  await run().ready
  await fetch(`${telegram.url}/bot${token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: url.href, max_connections: 100, allowed_updates: KINDS }),
  })
  account.person().send('hola')
  const info = async () =>
    JSON.stringify(await (await fetch(`${telegram.url}/bot${token}/getWebhookInfo`)).json())
  await expect.poll(info).toContain('401')
  await run().ready
  expect(calls('setWebhook')).toHaveLength(3)
  await expect.poll(() => account.pending).toBe(0)
  expect(handled).toHaveLength(1)
})

test('setting the webhook outlasts bad weather, and ends when the token is refused', async () => {
  const { account, run } = await start()
  account.fault({ method: 'setWebhook', status: 502, times: 9 })
  await run().ready
  account.fault({ method: 'getWebhookInfo', status: 401 })
  await expect(run().ended).rejects.toMatchObject({ exitCode: EXIT.tokenRefused })
})

test('after a stop it goes on for 5 s and lets connections go, then it sends away; it stays set', async () => {
  const { account, clock, run, post, calls, url, headers } = await start()
  let goOn = () => {}
  clock.sleep = (ms) => {
    clock.sleeps.push(ms)
    return new Promise((resolve) => {
      goOn = resolve
    })
  }
  const { ready, stop, ended } = run()
  await ready
  stop.abort()
  await expect.poll(() => clock.sleeps).toEqual([5000])
  const response = await fetch(url, {
    method: 'POST',
    headers: await headers(),
    body: '{"update_id":1}',
  })
  expect([response.status, response.headers.get('connection')]).toEqual([200, 'close'])
  goOn()
  await ended
  expect(await post({ update_id: 2 })).toBe(503)
  expect(await post({ update_id: 1 })).toBe(200) // known, so it needs nobody else
  expect(calls('deleteWebhook')).toEqual([])
  expect(account.calls.at(-1)?.method).toBe('setWebhook')
})

test('a stop while it is being set does not wait', async () => {
  const { account, run, post } = await start()
  await run().ready
  account.fault({ method: 'getWebhookInfo', hang: true })
  const { stop, ended } = run()
  await expect.poll(() => account.calls.at(-1)?.method).toBe('getWebhookInfo')
  stop.abort()
  await ended
  expect(await post({ update_id: 1 })).toBe(503)
})
