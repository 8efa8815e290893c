import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startCalling } from '../bot/telegram/calling.ts'
import { startBotProcess } from '../support/botProcess.ts'
import { freePort } from '../support/ports.ts'
import { useCertificate } from './certificate.ts'
import { hasTinyproxy, startTinyproxy } from './tinyproxy.ts'

const PASSWORD = 'opensesame'
const AUTH = `BasicAuth ada ${PASSWORD}`

const withTinyproxy = test.skipIf(!hasTinyproxy)

/** Calls of a Telegram with TLS through a proxy. */
function callThrough(proxy: string, options: { noProxy?: string } = {}) {
  return startCalling({ proxy, telegram: { tls: useCertificate() }, ...options })
}

function withUser(url: string, password = PASSWORD): string {
  return url.replace('//', `//ada:${password}@`)
}

withTinyproxy.for([
  ['lets everybody through', '', false],
  ['asks for a password', AUTH, true],
] as const)('words and files go through a proxy that %s', async ([, lines, user]) => {
  const { url } = await startTinyproxy(onTestFinished, lines)
  const { api, ana, say } = await callThrough(user ? withUser(url) : url)
  await say()
  const document = { source: Buffer.alloc(3_000_000), filename: 'a.bin' }
  await api.call('sendDocument', { chat_id: ana.id, document })
  expect(ana.replies).toMatchObject([{ text: 'palabras' }, { document: { file_size: 3_000_000 } }])
})

withTinyproxy.for([
  [407, 'that wants a password and gets none', AUTH, ''],
  [401, 'that gets the wrong password', AUTH, 'ada:not-it@'],
  [403, 'that does not let this port through', 'ConnectPort 1', ''],
] as const)('a proxy answers %i, as one %s: the error names both', async ([status, , lines, user]) => {
  const { url, host } = await startTinyproxy(onTestFinished, lines)
  const { api, ana, counted } = await callThrough(url.replace('//', `//${user}`))
  const document = { source: Buffer.from('a') }
  const oneTry = { retries: 0 }
  await expect(api.call('getMe', {}, oneTry)).rejects.toThrow(`getMe: the proxy ${host} answered ${status}`)
  const upload = api.call('sendDocument', { chat_id: ana.id, document }, oneTry)
  await expect(upload).rejects.toThrow(`sendDocument: the proxy ${host} answered ${status}`)
  expect(counted()).toEqual([`getMe PROXY_${status}`, `sendDocument PROXY_${status}`])
})

test('a proxy that is down is named in the line, again without its password', async (t) => {
  const port = await freePort()
  const env = { TELEGRAM_TOKEN: `1:${'a'.repeat(35)}`, TELEGRAM_API_ROOT: 'https://nowhere.invalid' }
  const bot = startBotProcess({ ...env, HTTPS_PROXY: withUser(`http://127.0.0.1:${port}`) }, t)
  const line = await bot.waitForLine(({ message }) => message === 'Telegram not reached, trying again')
  expect(line.error).toMatchObject({
    message: `getMe: the proxy 127.0.0.1:${port} was not reached (ECONNREFUSED)`,
    code: 'PROXY_ECONNREFUSED',
  })
  await bot.stop()
  expect(bot.output + JSON.stringify(bot.lines())).not.toContain(PASSWORD)
})

test.for([
  ['127.0.0.1', true],
  ['example.org, 127.0.0.1:<port>', true],
  ['*', true],
  ['127.0.0.1:1', false],
  ['.example.org', false],
] as const)('NO_PROXY=%s: the proxy is left out (%s)', async ([noProxy, direct]) => {
  const refusing = createServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'))
  const port = await freePort()
  refusing.listen(port, '127.0.0.1')
  onTestFinished(() => void refusing.close())
  const telegramPort = await freePort()
  const { api } = await startCalling({
    proxy: `http://127.0.0.1:${port}`,
    noProxy: noProxy.replace('<port>', String(telegramPort)),
    telegram: { tls: useCertificate(), port: telegramPort },
  })
  const call = api.call('getMe', {}, { retries: 0 })
  if (direct) await call
  else await expect(call).rejects.toMatchObject({ code: 'PROXY_403' })
})
