import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'

test('the stand-in and the page run without a bot, for one that somebody else starts', async () => {
  const child = spawn(process.execPath, ['test/standins/telegram/main.ts', '--port', '0'])
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`
    if (line.includes('TELEGRAM_TOKEN')) break
  }
  const page = /page +(\S+)/.exec(said)?.[1] ?? ''
  const [, root, token] = /TELEGRAM_API_ROOT=(\S+) TELEGRAM_TOKEN=(\S+)/.exec(said) ?? []

  expect(await (await fetch(page)).text()).toContain('<title>bitácora</title>')
  expect(await (await fetch(`${root}/bot${token}/getMe`)).json()).toMatchObject({ ok: true })

  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})
