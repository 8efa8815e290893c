import { expect, onTestFinished, test } from 'vitest'
import { type Clock, systemClock } from '../../../bot/clock.ts'
import { EXIT } from '../../../bot/fatal.ts'
import type { Feature } from '../../../bot/features/feature.ts'
import { createApi } from '../../../bot/telegram/api.ts'
import { fetchBotInfo, syncCommands } from '../../../bot/telegram/startup.ts'
import { createQuickClock } from '../../support/clock.ts'
import { startTelegramFor } from '../../support/telegram.ts'
import { createTestLogger } from '../../support/testLogger.ts'

async function start({ clock = createQuickClock() as Clock, apiRoot = '' } = {}) {
  const { telegram, token, account } = await startTelegramFor()
  const { lines, logger } = createTestLogger()
  const api = createApi({ token, apiRoot: apiRoot || telegram.url, clock, onCall: () => {} })
  onTestFinished(() => api.close())
  const stop = new AbortController()
  const tools = { clock, logger, signal: stop.signal }
  return {
    account,
    api,
    lines,
    logger,
    stop,
    tools,
    fetchBotInfo: () => fetchBotInfo(api, tools),
  }
}

test.for([
  ['a 429', { status: 429, retry_after: 7 }],
  ['a 500', { status: 500 }],
  ['HTML', { html: 502 }],
  ['a reset', { reset: true }],
  ['a cut body', { cutBody: true }],
  ['invalid JSON', { invalidJson: true }],
] as const)('the start outlasts %s', async ([, fault]) => {
  const { account, lines, fetchBotInfo } = await start()
  account.fault({ method: 'getMe', times: 10, ...fault })
  expect(await fetchBotInfo()).toMatchObject({ username: account.username })
  expect(lines[0]).toMatchObject({
    level: 'warn',
    message: 'Telegram not reached, trying again',
    method: 'getMe',
  })
})

test('a 429 of the start is waited out as it asks, however long that is', async () => {
  const clock = createQuickClock()
  const { account, fetchBotInfo } = await start({ clock })
  account.fault({ method: 'getMe', status: 429, retry_after: 400 })
  await fetchBotInfo()
  expect(clock.sleeps).toEqual([400_000])
})

test.for([401, 404])('a %i of the start is final: the token is refused', async (status) => {
  const { account, fetchBotInfo } = await start()
  account.fault({ method: 'getMe', status })
  await expect(fetchBotInfo()).rejects.toMatchObject({ name: 'Fatal', exitCode: EXIT.tokenRefused })
  expect(account.calls).toHaveLength(1)
})

test('a stop ends the attempts at once, in a call as in a wait', async () => {
  for (const fault of [{ hang: true }, { status: 429, retry_after: 20 }]) {
    const { account, stop, fetchBotInfo } = await start({ clock: systemClock })
    account.fault({ method: 'getMe', ...fault })
    const me = fetchBotInfo()
    await account.waitForCall('getMe')
    stop.abort()
    expect(await me).toBeUndefined()
  }
})

test('a name that DNS does not know is tried again and again', async () => {
  const { lines, stop, fetchBotInfo } = await start({ apiRoot: 'http://nowhere.invalid' })
  const me = fetchBotInfo()
  await expect.poll(() => lines.length).toBeGreaterThan(3)
  stop.abort()
  expect(await me).toBeUndefined()
  expect(JSON.stringify(lines[0]?.error)).toMatch(/ENOTFOUND|EAI_AGAIN/)
})

const features: Feature[] = [
  { name: 'one', commands: [{ command: 'one', description: 'Uno' }], handlers: () => {} },
  { name: 'none', handlers: () => {} },
]

test('the menu is set when it differs, and only then', async () => {
  const { account, api, logger, stop } = await start()
  await syncCommands(api, features, logger, stop.signal)
  expect(account.commands).toEqual([{ command: 'one', description: 'Uno' }])
  await syncCommands(api, features, logger, stop.signal)
  const methods = account.calls.map(({ method }) => method)
  expect(methods).toEqual(['getMyCommands', 'setMyCommands', 'getMyCommands'])
})

test('a menu that cannot be set is a line in the log, no more', async () => {
  const { account, api, logger, lines, stop } = await start()
  account.fault({ method: 'setMyCommands', status: 400 })
  await syncCommands(api, features, logger, stop.signal)
  expect(lines).toMatchObject([{ level: 'warn', message: 'commands not announced' }])
})
