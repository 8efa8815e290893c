import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { inspect } from 'node:util'
import { TelegramError } from 'telegraf'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../bot/clock.ts'
import { createApi } from '../../../bot/telegram/api.ts'
import { Unreachable } from '../../../bot/telegram/apiResponse.ts'
import { createCertificate } from '../../support/certificate.ts'
import { createQuickClock } from '../../support/clock.ts'
import { startCalling } from './calling.ts'

const FAULTS = [
  ['a reset', { reset: true }, /^(ECONNRESET|UND_ERR_SOCKET)$/],
  ['a cut body', { cutBody: true }, /^(UND_ERR_SOCKET|ECONNRESET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/],
  ['invalid JSON', { invalidJson: true }, /^HTTP_200$/],
  ['a page of HTML', { html: 502 }, /^HTTP_502$/],
] as const

/** 256 updates and the poll. */
const CONNECTIONS = 257

test('a call gives its result, and is counted with its time', async () => {
  const { api, account, records } = await startCalling()
  expect(await api.call('getMe', {})).toMatchObject({ username: account.username })
  expect(records).toEqual([{ method: 'getMe', code: '200', seconds: expect.any(Number) }])
  expect(records[0]?.seconds).toBeGreaterThan(0)
})

test('what the caller left out is not sent', async () => {
  const { api, ana, account } = await startCalling()
  const extra = { parse_mode: undefined, entities: null } as object
  await api.call('sendMessage', { chat_id: ana.id, text: 'hola', ...extra })
  expect(account.calls[0]?.payload).toEqual({ chat_id: ana.id, text: 'hola' })
})

test('an answer that never comes ends at the deadline, and a message is not sent a second time', async () => {
  const { account, api, ana, counted } = await startCalling()
  account.fault({ hang: true, times: 9 })
  const call = api.call('sendMessage', { chat_id: ana.id, text: 'hola' }, { deadlineMs: 1000 })
  await expect(call).rejects.toMatchObject({ name: 'Unreachable', code: 'DEADLINE' })
  expect(account.calls).toHaveLength(1)
  expect(counted()).toEqual(['sendMessage DEADLINE'])
})

test('the deadline holds for a body that stalls, too', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"ok":')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const api = createApi({ token: '1:a', apiRoot, clock: createQuickClock(), onCall: () => {} })
  onTestFinished(async () => {
    await api.close()
    server.close()
  })
  const call = api.call('getMe', {}, { deadlineMs: 100, retries: 0 })
  await expect(call).rejects.toMatchObject({ code: 'DEADLINE' })
})

test('a call that waits for a connection keeps its deadline, and is never sent after it', async () => {
  const { account, api, ana } = await startCalling()
  account.fault({ hang: true, times: CONNECTIONS })
  const stop = new AbortController()
  const say = (text: string, options: object) =>
    api.call('sendMessage', { chat_id: ana.id, text }, { deadlineMs: 60_000, ...options })
  const running = Array.from({ length: CONNECTIONS }, () => say('corre', { signal: stop.signal }))
  await account.waitForCall('sendMessage', () => account.calls.length === CONNECTIONS)
  await expect(say('espera', { deadlineMs: 50 })).rejects.toMatchObject({ code: 'DEADLINE' })
  stop.abort()
  await Promise.allSettled(running)
  await say('sigue', {})
  expect(account.calls.slice(CONNECTIONS).map(({ payload }) => payload.text)).toEqual(['sigue'])
})

test.for(FAULTS)('%s is told, and a message is not sent a second time', async ([, fault, code]) => {
  const { account, say } = await startCalling()
  account.fault({ ...fault, times: 9 })
  await expect(say()).rejects.toMatchObject({ name: 'Unreachable', code: expect.stringMatching(code) })
  expect(account.calls).toHaveLength(1)
})

test.for(FAULTS)('%s is outlasted where repeating does no harm', async ([, fault]) => {
  const { account, api, clock } = await startCalling()
  account.fault({ ...fault, times: 2 })
  await api.call('getMe', {})
  expect(clock.sleeps).toEqual([500, 1000])
})

test.for([
  ['sendMessage', 1],
  ['forwardMessage', 1],
  ['banChatMember', 1],
  ['getMe', 4],
  ['setMyCommands', 4],
  ['answerCallbackQuery', 4],
  ['editMessageText', 4],
  ['deleteMessage', 4],
  ['sendChatAction', 4],
] as const)('a 500 of %s is tried %i times', async ([method, times]) => {
  const { account, api, counted } = await startCalling()
  account.fault({ status: 500, times: 9 })
  await expect(api.call(method, {} as never)).rejects.toMatchObject({ name: 'Error', code: 500 })
  expect(account.calls).toHaveLength(times)
  expect(counted()).toEqual(Array(times).fill(`${method} 500`))
})

test('a refusal is final', async () => {
  const { account, api, ana } = await startCalling()
  account.fault({ status: 400, times: 9 })
  await expect(api.call('getChat', { chat_id: ana.id })).rejects.toBeInstanceOf(TelegramError)
  expect(account.calls).toHaveLength(1)
})

test('a 429 is waited out as it asks, for a message too', async () => {
  const { account, say, ana, clock, counted } = await startCalling()
  account.fault({ status: 429, retry_after: 7 })
  await say()
  expect(clock.sleeps).toEqual([7000])
  expect(ana.replies).toHaveLength(1)
  expect(counted()).toEqual(['sendMessage 429', 'sendMessage 200'])
})

test.for([
  [[31], []],
  [[20, 11], [20_000]],
] as const)('429s that ask for more than 30 s in all (%o) are given up', async ([waits, slept]) => {
  const { account, say, clock } = await startCalling()
  for (const retry_after of waits) account.fault({ status: 429, retry_after })
  await expect(say()).rejects.toMatchObject({ code: 429 })
  expect(clock.sleeps).toEqual(slept)
})

test('a message that never left is sent once there is a connection', async () => {
  const clock = createQuickClock()
  const { telegram, say, ana, counted } = await startCalling({
    clock: { ...clock, sleep: () => telegram.goOnline() },
  })
  await telegram.goOffline()
  await say()
  expect(counted()).toEqual(['sendMessage ECONNREFUSED', 'sendMessage 200'])
  expect(ana.replies).toHaveLength(1)
})

test('a stop ends a call that is on its way', async () => {
  const { account, api } = await startCalling()
  const stop = new AbortController()
  const call = api.call('getUpdates', { timeout: 30 }, { signal: stop.signal, deadlineMs: 60_000 })
  await account.waitForCall('getUpdates')
  stop.abort()
  await expect(call).rejects.toMatchObject({ code: 'STOPPED' })
})

test('a stop ends the wait of a 429 at once', async () => {
  const { account, api } = await startCalling({ clock: systemClock })
  account.fault({ status: 429, retry_after: 25 })
  const stop = new AbortController()
  const call = api.call('getMe', {}, { signal: stop.signal })
  await account.waitForCall('getMe', ({ status }) => status === 429)
  stop.abort()
  await expect(call).rejects.toMatchObject({ code: expect.toBeOneOf([429, 'STOPPED']) })
})

test('after a stop nothing is called', async () => {
  const { account, api } = await startCalling()
  await expect(api.call('getMe', {}, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(Unreachable)
  expect(account.calls).toEqual([])
})

test.for([...FAULTS, ['a refusal', { status: 400 }, /./] as const])(
  'the error of %s holds neither the token nor what was written',
  async ([, fault]) => {
    const { account, say, token } = await startCalling()
    account.fault(fault)
    const error = await say('palabras de Ana').catch((reason: unknown) => reason)
    const told = inspect(error, { depth: 10, showHidden: true })
    expect(told).toContain('sendMessage')
    expect(told).not.toContain('palabras')
    expect(told).not.toContain(token.split(':')[1])
  },
)

test('an apiRoot may have a path', async () => {
  const paths: (string | undefined)[] = []
  const server = createServer((request, response) => {
    paths.push(request.url)
    response.end('{"ok":true,"result":{}}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const apiRoot = `http://127.0.0.1:${(server.address() as AddressInfo).port}/local/api`
  const api = createApi({ token: '1:a', apiRoot, clock: createQuickClock(), onCall: () => {} })
  onTestFinished(async () => {
    await api.close()
    server.close()
  })
  await api.call('getMe', {})
  expect(paths).toEqual(['/local/api/bot1:a/getMe'])
})

/** A forward proxy: CONNECT and nothing else. */
async function startProxy() {
  const targets: (string | undefined)[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    targets.push(request.url)
    const [host = '', port] = request.url?.split(':') ?? []
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [socket, upstream]) end.on('error', () => upstream.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  return { targets, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
}

test('an https apiRoot is reached through the forward proxy, by words and by files', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'proxy-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const { key, cert } = createCertificate(dir)
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, cert.toString()])
  onTestFinished(() => setDefaultCACertificates(trusted))
  const { targets, url: proxy } = await startProxy()

  const { telegram, api, ana, say } = await startCalling({ proxy, telegram: { tls: { key, cert } } })
  const { host } = new URL(telegram.url)
  await say()
  expect(targets).toEqual([host])
  await api.call('sendDocument', { chat_id: ana.id, document: { source: Buffer.from('a') } })
  expect(targets).toEqual([host, host])
  expect(ana.replies).toHaveLength(2)
})

test('a proxy is not asked for an http apiRoot: that is a server of our own', async () => {
  const { targets, url: proxy } = await startProxy()
  const { say } = await startCalling({ proxy })
  await say()
  expect(targets).toEqual([])
})
