import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startCalling } from '../bot/telegram/calling.ts'
import { freePort } from '../support/ports.ts'
import { useCertificate } from './certificate.ts'

/** Starts a server. @returns its host and port */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Ends every connection before a word was said on it. */
const hangUp = () => createServer((socket) => socket.destroy())
const answering = (status: number) =>
  createHttpServer().on('connect', (_request, socket) => socket.end(`HTTP/1.1 ${status} No\r\n\r\n`))

const FAILURES: [what: string, code: RegExp, call: () => Promise<Parameters<typeof startCalling>[0]>][] = [
  [
    'nobody listens',
    /^ECONNREFUSED$/,
    async () => ({ apiRoot: async () => `http://127.0.0.1:${await freePort()}` }),
  ],
  [
    'the name is unknown',
    /^(ENOTFOUND|EAI_AGAIN)$/,
    async () => ({ apiRoot: () => 'https://nowhere.invalid' }),
  ],
  [
    'TLS is broken off',
    /^ECONNRESET$/,
    async () => ({ apiRoot: async () => `https://${await listen(hangUp())}` }),
  ],
  [
    'no TLS is spoken',
    /^ERR_SSL_/,
    async () => ({
      apiRoot: async () => `https://${await listen(createHttpServer((_, response) => response.end()))}`,
    }),
  ],
  [
    'the certificate is nobody’s',
    /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    async () => ({ telegram: { tls: useCertificate({ trusted: false }) } }),
  ],
  [
    'the certificate is another host’s',
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    async () => ({ telegram: { tls: useCertificate({ host: '127.0.0.9' }) } }),
  ],
  [
    'the proxy is down',
    /^PROXY_ECONNREFUSED$/,
    async () => ({ apiRoot: () => 'https://nowhere.invalid', proxy: `http://127.0.0.1:${await freePort()}` }),
  ],
  [
    'the proxy hangs up',
    /^PROXY_(UND_ERR_SOCKET|ECONNRESET)$/,
    async () => ({ apiRoot: () => 'https://nowhere.invalid', proxy: `http://${await listen(hangUp())}` }),
  ],
  [
    'the proxy is not to be found',
    /^PROXY_(ENOTFOUND|EAI_AGAIN)$/,
    async () => ({ apiRoot: () => 'https://nowhere.invalid', proxy: 'http://nowhere.invalid:3128' }),
  ],
  ...[403, 407, 502, 503].map((status): (typeof FAILURES)[number] => [
    `the proxy answers ${status}`,
    new RegExp(`^PROXY_${status}$`),
    async () => ({
      apiRoot: () => 'https://nowhere.invalid',
      proxy: `http://${await listen(answering(status))}`,
    }),
  ]),
]

test.for(FAILURES)('a message that was never sent, as %s, is tried again', async ([, code, call]) => {
  const { say, records } = await startCalling(await call())
  await expect(say()).rejects.toMatchObject({ neverSent: true, code: expect.stringMatching(code) })
  expect(records).toHaveLength(4)
})

test('what takes a connection and says nothing is given up within 5 s: a server, and a proxy, which is named', async () => {
  const silent = await listen(createServer(() => {}))
  const direct = await startCalling({ apiRoot: () => `https://${silent}` })
  const proxied = await startCalling({
    apiRoot: () => 'https://nowhere.invalid',
    proxy: `http://user:word@${silent}`,
  })
  const once = { retries: 0 }
  await Promise.all([
    expect(direct.api.call('getMe', {}, once)).rejects.toMatchObject({
      neverSent: true,
      code: 'UND_ERR_CONNECT_TIMEOUT',
    }),
    expect(proxied.api.call('getMe', {}, once)).rejects.toMatchObject({
      neverSent: true,
      message: `getMe: the proxy ${silent} was not reached (UND_ERR_HEADERS_TIMEOUT)`,
    }),
  ])
})

test.for([
  ['a reset', { reset: true }],
  ['a cut body', { cutBody: true }],
  ['a page of HTML', { html: 502 }],
  ['an answer that never comes', { hang: true }],
] as const)('a message may have arrived after %s: it is not sent again', async ([, fault]) => {
  const { account, api, ana, say } = await startCalling()
  await say() // on a connection that is used again
  account.fault({ ...fault, effect: true, times: 9 })
  const call = api.call('sendMessage', { chat_id: ana.id, text: 'dos' }, { deadlineMs: 1000 })
  await expect(call).rejects.toMatchObject({ neverSent: false })
  expect(ana.replies).toHaveLength(2)
})

test('a message on a connection that the server had just ended in an orderly way is sent on another one', async () => {
  const sockets: Socket[] = []
  const server = createHttpServer((request, response) => {
    sockets.push(request.socket)
    response.end('{"ok":true,"result":{}}')
  })
  const { say, counted } = await startCalling({ apiRoot: async () => `http://${await listen(server)}` })
  await say()
  await turn() // its connection is free again
  setImmediate(() => sockets[0]?.destroy()) // undici looks at the connection before this, and writes after it
  await say()
  expect(sockets).toHaveLength(2)
  expect(counted()).toEqual(['sendMessage 200', 'sendMessage UND_ERR_SOCKET', 'sendMessage 200'])
})
