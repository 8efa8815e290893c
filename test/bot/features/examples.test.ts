import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Feature } from '../../../bot/features/feature.ts'
import { startChat } from './chat.ts'

const ROOT = new URL('../../..', import.meta.url).pathname
const EXAMPLE = /```ts\n\/\/ bot\/features\/(\w+)\.ts\n(.*?)```/gs

/** A copy of bot/features with the documents' examples in it, as somebody would add them. */
const dir = createRoom()
afterAll(() => rmSync(dir, { recursive: true }))

function createRoom(): string {
  const data = join(ROOT, 'data') // inside the project, so that telegraf is found, and ignored by git
  mkdirSync(data, { recursive: true })
  const dir = mkdtempSync(join(data, 'examples-'))
  cpSync(join(ROOT, 'bot/features'), dir, { recursive: true })
  for (const file of ['README.md', 'docs/features.md']) {
    for (const [, name, code = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(EXAMPLE))
      writeFileSync(join(dir, `${name}.ts`), code)
  }
  return dir
}

/** A chat with the bot that has the example, too. */
async function start(name: string, ...settings: number[]) {
  const exported = ((await import(join(dir, `${name}.ts`))) as Record<string, unknown>)[name]
  const feature = (typeof exported === 'function' ? exported(...settings) : exported) as Feature
  const chat = await startChat([feature])
  return { ...chat, ana: chat.account.person({ first_name: 'Ana' }) }
}

test('the examples compile', () => {
  const options = { extends: join(ROOT, 'tsconfig.json'), include: ['*.ts'] }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(options))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  expect(() => execFileSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' })).not.toThrow()
})

test('README’s command', async () => {
  const { ana, features } = await start('ping')
  ana.send('/ping')
  expect((await ana.waitForReply()).text).toBe('pong')
  expect(features.flatMap(({ commands = [] }) => commands)[0]?.command).toBe('ping')
})

test('a command', async () => {
  const { ana } = await start('echo')
  ana.send('/eco hola, eco')
  expect((await ana.waitForReply()).text).toBe('hola, eco')
})

test('an inline query', async () => {
  const { account, ana } = await start('shout')
  ana.inlineQuery('hola')
  const { payload } = await account.waitForCall('answerInlineQuery')
  expect(payload.results).toMatchObject([{ title: 'HOLA', input_message_content: { message_text: 'HOLA' } }])
})

test('a guest message', async () => {
  const { account, ana, outcomeOf } = await start('guest')
  const chat = account.guestChat('Lejos', [ana])
  expect(await outcomeOf(chat.summon(ana, `@${account.username} ¿estás?`))).toBe('ok')
  expect((await chat.waitForReply()).text).toBe('Hola, Ana')
})

test('a streamed draft', async () => {
  const { account, ana } = await start('story', 0)
  ana.send('/cuento')
  expect((await ana.waitForReply()).text).toMatch(/^Había una vez .* palabra\.$/)
  const drafts = account.calls.filter(({ method }) => method === 'sendMessageDraft')
  expect(drafts.map(({ payload }) => payload.text).slice(0, 2)).toEqual(['Había', 'Había una'])
})

test('a streamed draft that is stopped', async () => {
  const { account, ana } = await start('story', 50)
  ana.send('/cuento')
  await account.waitForCall('sendMessageDraft')
  await expect.poll(() => ana.draft?.text).toMatch(/^Había/)
  ana.stopDraft()
  expect((await ana.waitForReply()).text).not.toMatch(/palabra\.$/)
})

test('an ephemeral command', async () => {
  const { account, ana } = await start('whisper')
  const bea = account.person()
  const group = account.group('Amigos', [ana, bea])
  group.send(ana, '/secreto')
  await group.seenBy(ana).waitForReply('Solo para vos, Ana: te veo.')
  expect(group.seenBy(bea).replies).toEqual([])
})

test('an upload', async () => {
  const { ana } = await start('report')
  ana.send('/informe')
  expect(await ana.waitForReply()).toMatchObject({
    caption: 'Acá está.',
    document: { file_name: 'informe.csv', file_size: `chat,${ana.id}\n`.length },
  })
})
