import dns from 'node:dns'
import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startCalling } from '../bot/telegram/calling.ts'
import { freePort } from '../support/ports.ts'
import { startBlockedAddress } from './addresses.ts'
import { useCertificate } from './certificate.ts'
import { hasTinyproxy, startTinyproxy } from './tinyproxy.ts'

const NAME = 'two-addresses.test'
const V4 = '127.0.0.1'
const hasV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
const V6 = hasV6 ? '::1' : '127.0.0.2'

/** When the dead first address has had its time, and the slow second one has been tried. */
const SECOND_TRIED_MS = 2_500
const FIRST_TRIED_MS = 500

/** NAME resolves to two addresses: one whose handshake takes a second, one that never answers. @returns NAME's port */
async function resolveToTwo(target: number, order: 'slow first' | 'dead first'): Promise<number> {
  const port = await freePort()
  const slow = await startBlockedAddress(V4, port, target)
  const dead = await startBlockedAddress(V6, port, target)
  const addresses = order === 'slow first' ? [V4, V6] : [V6, V4]
  const { lookup } = dns
  const spy = vi.spyOn(dns, 'lookup').mockImplementation(((name: string, options: object, done: Resolved) => {
    if (name !== NAME) return lookup(name, options, done as never)
    const entries = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    return done(null, entries)
  }) as never)
  const opening = setTimeout(slow.open, order === 'slow first' ? FIRST_TRIED_MS : SECOND_TRIED_MS)
  onTestFinished(async () => {
    clearTimeout(opening)
    spy.mockRestore()
    await Promise.all([slow.close(), dead.close()])
  })
  return port
}

type Resolved = (error: null, addresses: { address: string; family: number }[]) => void

for (const order of ['slow first', 'dead first'] as const) {
  test(`${order}: a call and an upload get through at the first try`, async () => {
    const { api, ana } = await startCalling({
      telegram: { tls: useCertificate({ host: NAME }) },
      apiRoot: async (port) => `https://${NAME}:${await resolveToTwo(port, order)}`,
    })
    const oneTry = { retries: 0 }
    const document = { source: Buffer.from('a') }
    await Promise.all([
      api.call('getMe', {}, oneTry),
      api.call('sendDocument', { chat_id: ana.id, document }, oneTry),
    ])
    expect(ana.replies).toHaveLength(1)
  })

  test.skipIf(!hasTinyproxy)(`${order}: a call through a proxy with such a name gets through`, async () => {
    const { url } = await startTinyproxy(onTestFinished)
    const port = await resolveToTwo(Number(new URL(url).port), order)
    const { api } = await startCalling({
      telegram: { tls: useCertificate() },
      proxy: `http://${NAME}:${port}`,
    })
    await api.call('getMe', {}, { retries: 0 })
  })
}
