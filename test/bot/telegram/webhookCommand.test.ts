import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startTelegramFor } from '../../support/telegram.ts'

const COMMAND = new URL('../../../bot/telegram/webhookCommand.ts', import.meta.url).pathname

async function start() {
  const { telegram, token, account } = await startTelegramFor()
  await fetch(`${telegram.url}/bot${token}/setWebhook?url=http://127.0.0.1:9/telegram`)
  account.person().send('hola')

  async function run(args: string[], typed: string, env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      env: { PATH: process.env.PATH, TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url, ...env },
    })
    child.stdin.end(typed)
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    expect(out + err).not.toContain(token.split(':')[1])
    return { out, err, code }
  }
  const deletions = () => account.calls.filter(({ method }) => method === 'deleteWebhook').length
  return { account, run, deletions }
}

test('it says where Telegram posts to and how much waits, and changes nothing', async () => {
  const { run, deletions } = await start()
  const { out, code } = await run([], '')
  expect(out).toBe('Telegram posts to http://127.0.0.1:9/telegram (1 updates waiting).\n')
  expect([code, deletions()]).toEqual([0, 0])
})

test('--delete asks, and only yes switches back to polling; what waits is kept', async () => {
  const { account, run, deletions } = await start()
  for (const typed of ['y\n', '']) {
    const { out, code } = await run(['--delete'], typed)
    expect(out).toContain('Nothing was changed.')
    expect([code, deletions()]).toEqual([1, 0])
  }
  const { out, code } = await run(['--delete'], 'yes\n')
  expect(out).toContain('The webhook is deleted')
  expect([code, deletions(), account.pending]).toEqual([0, 1, 1])
  expect((await run([], '')).out).toBe('No webhook is set: the bot may poll.\n')
})

test('--yes answers for scripts', async () => {
  const { run, deletions } = await start()
  expect((await run(['--delete', '--yes'], '')).code).toBe(0)
  expect(deletions()).toBe(1)
})

test('a failure is one sentence: no token, and a token that is refused', async () => {
  const { account, run } = await start()
  expect(await run([], '', { TELEGRAM_TOKEN: '' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('TELEGRAM_TOKEN is missing'),
  })
  account.revoke()
  expect(await run([], '')).toEqual({ code: 1, out: '', err: '401: Unauthorized\n' })
})
