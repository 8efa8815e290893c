import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { useTelegram } from '../../support/telegram.ts'
import { startTelegram } from './server.ts'

const delays: number[] = []
const open = useTelegram({
  conflictPauseMs: 50,
  webhookTimeoutMs: 2000,
  webhookRetryMs: (failures) => {
    delays.push(failures)
    return 5
  },
})

interface Delivered {
  update: { update_id: number; message?: { text?: string; chat: { id: number } } }
  headers: IncomingMessage['headers']
  response: ServerResponse
}

const open_receivers: (() => void)[] = []
afterEach(() => {
  for (const close of open_receivers.splice(0)) close()
})

/** A receiver of updates, which answers as `handle` does. */
async function startReceiver(handle: (delivered: Delivered) => void) {
  const got: Delivered[] = []
  const server = createServer(async (request, response) => {
    const delivered = {
      update: JSON.parse((await request.toArray()).join('')),
      headers: request.headers,
      response,
    }
    got.push(delivered)
    handle(delivered)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  open_receivers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`, got }
}

const accept = ({ response }: Delivered) => response.end()
const texts = (got: Delivered[]) => got.map(({ update }) => update.message?.text)

test('updates are delivered with the secret, and are gone once they are taken', async () => {
  const { bot, call } = open()
  const { url, got } = await startReceiver(accept)
  bot.person().send('before')
  await call('setWebhook', { url, secret_token: 's3cret' })
  bot.person().send('after')
  await expect.poll(() => bot.pending).toBe(0)
  expect(texts(got)).toEqual(['before', 'after'])
  expect(got[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-telegram-bot-api-secret-token': 's3cret',
  })
})

test('setting and deleting say what changed', async () => {
  const { call } = open()
  const { url } = await startReceiver(accept)
  const said = async (method: string, payload = {}) => (await call(method, payload)).description
  expect(await said('setWebhook', { url })).toBe('Webhook was set')
  expect(await said('setWebhook', { url })).toBe('Webhook is already set')
  expect(await said('setWebhook', { url, max_connections: 3 })).toBe('Webhook was set')
  expect(await said('deleteWebhook')).toBe('Webhook was deleted')
  expect(await said('deleteWebhook')).toBe('Webhook is already deleted')
  expect(await said('setWebhook', { url: 'nowhere' })).toMatch('bad webhook')
  expect(await said('setWebhook', { url, secret_token: 'ñ' })).toMatch('secret token contains')
})

test('one chat gets its updates one after the other, others do not wait for it', async () => {
  const { bot, call } = open()
  const held: Delivered[] = []
  const [ada, bob] = [bot.person(), bot.person()]
  const { url, got } = await startReceiver((delivered) => {
    if (delivered.update.message?.chat.id === ada.id) held.push(delivered)
    else accept(delivered)
  })
  await call('setWebhook', { url })
  for (const text of ['a1', 'a2']) ada.send(text)
  for (const text of ['b1', 'b2']) bob.send(text)
  await expect.poll(() => texts(got).sort()).toEqual(['a1', 'b1', 'b2'])
  for (let answered = 0; answered < 2; answered++) {
    await expect.poll(() => held.length).toBe(answered + 1)
    held[answered]?.response.end()
  }
  await expect.poll(() => bot.pending).toBe(0)
  expect(texts(held)).toEqual(['a1', 'a2'])
})

test('an update that is refused comes again after growing delays, and getWebhookInfo says why', async () => {
  const { bot, call } = open()
  const statuses = [503, 503, 503, 200, 503, 200]
  const { url, got } = await startReceiver(({ response }) =>
    response.writeHead(statuses.shift() ?? 200).end(),
  )
  delays.length = 0
  const ada = bot.person()
  const [first, second] = [ada.send('hola'), ada.send('chau')]
  await call('setWebhook', { url, max_connections: 7, allowed_updates: ['message'] })
  await expect.poll(() => bot.pending).toBe(0)
  expect(got.map(({ update }) => update.update_id)).toEqual([first, first, first, first, second, second])
  expect(delays).toEqual([0, 1, 2, 0])
  expect((await call('getWebhookInfo')).result).toEqual({
    url,
    has_custom_certificate: false,
    pending_update_count: 0,
    max_connections: 7,
    allowed_updates: ['message'],
    last_error_date: expect.any(Number),
    last_error_message: 'Wrong response from the webhook: 503 Service Unavailable',
  })
})

test('a receiver that does not answer is given up and asked again', async () => {
  const { bot, call } = open()
  let silent = 1
  const { url, got } = await startReceiver((delivered) => silent-- > 0 || accept(delivered))
  await call('setWebhook', { url })
  bot.person().send('hola')
  await expect.poll(() => bot.pending).toBe(0)
  expect(got).toHaveLength(2)
  expect((await call('getWebhookInfo')).result.last_error_message).toBe('Read timeout expired')
})

test('a receiver that is away loses nothing', async () => {
  const { bot, call } = open()
  await call('setWebhook', { url: 'http://127.0.0.1:9/hook' })
  bot.person().send('hola')
  await expect
    .poll(async () => (await call('getWebhookInfo')).result)
    .toMatchObject({
      pending_update_count: 1,
      last_error_message: 'Connection refused',
    })
  await call('deleteWebhook')
  expect((await call('getUpdates')).result).toHaveLength(1)
})

test('max_connections bounds the updates on their way', async () => {
  const { bot, call } = open()
  const { url, got } = await startReceiver(() => {})
  await call('setWebhook', { url, max_connections: 2 })
  for (let i = 0; i < 5; i++) bot.person().send('hola')
  await expect.poll(() => got.length).toBe(2)
  got[0]?.response.end()
  await expect.poll(() => got.length).toBe(3)
  expect(bot.pending).toBe(4)
})

test('allowed_updates and drop_pending_updates are honoured', async () => {
  const { bot, call } = open()
  const { url, got } = await startReceiver(accept)
  const ada = bot.person()
  ada.send('dropped')
  await call('setWebhook', { url, allowed_updates: ['message'], drop_pending_updates: true })
  ada.pressData(1, 'x')
  ada.send('wanted')
  await expect.poll(() => texts(got)).toEqual(['wanted'])
})

test('getWebhookInfo lists the kinds in an order of its own, and not at all when they are the default', async () => {
  const { call } = open()
  const listed = async (allowed_updates: string[]) => {
    await call('setWebhook', { url: 'http://127.0.0.1:9/hook', allowed_updates })
    return (await call('getWebhookInfo')).result.allowed_updates
  }
  expect(await listed(['poll', 'message', 'unheard_of'])).toEqual(['message', 'poll'])
  expect(await listed([])).toBeUndefined()
})

test('polling is refused while a webhook is set, and setting one ends the held poll', async () => {
  const { bot, call } = open()
  const { url } = await startReceiver(accept)
  const poll = call('getUpdates', { timeout: 50 })
  await expect.poll(() => bot.polled).toBe(true)
  await call('setWebhook', { url })
  expect((await poll).description).toBe('Conflict: terminated by setWebhook request')
  expect(await call('getUpdates')).toMatchObject({
    status: 409,
    description:
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  })
})

test('a call of the Bot API in the answer is carried out', async () => {
  const { bot, call } = open()
  const ada = bot.person()
  const { url } = await startReceiver(({ response }) =>
    response.end(JSON.stringify({ method: 'sendMessage', chat_id: ada.id, text: 'de paso' })),
  )
  await call('setWebhook', { url })
  ada.send('hola')
  await ada.waitForReply('de paso')
  expect((await bot.waitForCall('sendMessage')).payload).toEqual({ chat_id: ada.id, text: 'de paso' })
})

test('a host that no name server knows is found by the way that the test gives', async () => {
  await using telegram = await startTelegram({
    webhookRoute: (url) => url.replace('https://bot.example.org', way),
  })
  const { url, got } = await startReceiver(accept)
  const way = new URL(url).origin
  const token = telegram.newToken()
  await fetch(`${telegram.url}/bot${token}/setWebhook?url=https://bot.example.org/telegram`)
  telegram.bot(token).person().send('hola')
  await expect.poll(() => texts(got)).toEqual(['hola'])
})
