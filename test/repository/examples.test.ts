import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { startBotProcess } from '../support/botProcess.ts'
import { startTelegramFor } from '../support/telegram.ts'

const README = readFileSync('README.md', 'utf8')
const block = (language: string, index = 0) =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))][index]?.[1] ?? ''

test("README's feature answers, is in the menu and in the log, once it is imported and in the list", async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'example-'))
  t.onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const part of ['bot', 'package.json']) cpSync(part, join(root, part), { recursive: true })
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'))

  const feature = block('ts')
  const [, path = ''] = /^\/\/ (bot\/features\/\w+\.ts)\n/.exec(feature) ?? []
  writeFileSync(join(root, path), feature)
  const index = join(root, 'bot/features/index.ts')
  const before = readFileSync(index, 'utf8')
  const after = before.replace('    location,\n', '    location,\n    ping,\n')
  expect(after).not.toBe(before)
  writeFileSync(index, `import { ping } from './ping.ts'\n${after}`)

  const { telegram, token, account } = await startTelegramFor(t)
  const bot = startBotProcess({ TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url }, { root })
  const ana = account.person()
  ana.send('/ping')
  await ana.waitForReply('pong')
  ana.send('/help')
  await ana.waitForReply(/\/ping - Ver si estoy/)
  expect(await bot.waitForLine((line) => line.feature === 'ping')).toMatchObject({ outcome: 'ok' })
})

test("README's log line has the keys of a real one, in their order", async (t) => {
  const { telegram, token, account } = await startTelegramFor(t)
  const bot = startBotProcess({ TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url })
  account.person().send('/start')
  const line = await bot.waitForLine(({ message }) => message === 'update handled')
  expect(Object.keys(JSON.parse(block('json')))).toEqual(Object.keys(line))
})
