import { Composer } from 'telegraf'
import { expect, test } from 'vitest'
import { startChat } from '../features/chat.ts'
import { startCalling } from './calling.ts'

const MOVED = { status: 400, description: 'Bad Request: group chat was upgraded to a supergroup chat' }
const OLD = -4_000_001
const NEW = -1_002_000_000_777

/** The payloads of the calls of a method whose first is told that its chat is a supergroup now. */
async function call(method: string, payload: object, times = 1) {
  const { account, api } = await startCalling()
  account.fault({ method, times, migrate_to_chat_id: NEW, ...MOVED })
  const seen: number[] = []
  const options = { onMigrated: (chatId: number) => seen.push(chatId), retries: 0 }
  const outcome = await api.call(method as 'sendMessage', payload as never, options).then(
    () => 'ok',
    (error: Error) => error.message,
  )
  return { payloads: account.calls.map((call) => call.payload), seen, outcome }
}

test.for([
  ['sendMessage', { text: 'x' }],
  ['editMessageText', { message_id: 1, text: 'x' }],
  ['sendChatAction', { action: 'typing' }],
  ['getChat', {}],
  ['banChatMember', { user_id: 1 }],
] as const)('%s is called once more, for the new chat', async ([method, more]) => {
  const { payloads, seen } = await call(method, { chat_id: OLD, ...more })
  expect(payloads).toMatchObject([
    { chat_id: OLD, ...more },
    { chat_id: NEW, ...more },
  ])
  expect(seen).toEqual([NEW])
})

test('so is a file', async () => {
  const document = { source: Buffer.from('contents'), filename: 'a.txt' }
  const { payloads } = await call('sendDocument', { chat_id: OLD, document, caption: 'x' })
  expect(payloads.map(({ chat_id }) => Number(chat_id))).toEqual([OLD, NEW])
  expect(payloads[1]).toMatchObject({ caption: 'x', document: { name: 'a.txt', bytes: document.source } })
})

test('of two chats the one that could have become a supergroup has the new id', async () => {
  const fromGroup = await call('copyMessage', { chat_id: 7, from_chat_id: OLD, message_id: 1 })
  expect(fromGroup.payloads[1]).toMatchObject({ chat_id: 7, from_chat_id: NEW })
  const within = await call('copyMessage', { chat_id: OLD, from_chat_id: OLD, message_id: 1 })
  expect(within.payloads[1]).toMatchObject({ chat_id: NEW, from_chat_id: NEW })
  const unclear = await call('copyMessage', { chat_id: OLD, from_chat_id: OLD - 1, message_id: 1 })
  expect(unclear.payloads).toHaveLength(1)
  expect(unclear.outcome).toMatch(/upgraded/)
})

test('the message that is answered has another number there, and the answer goes without it', async () => {
  const { payloads } = await call('sendMessage', {
    chat_id: OLD,
    text: 'x',
    reply_parameters: { message_id: 1 },
  })
  expect(payloads[1]?.reply_parameters).toEqual({ message_id: 1, allow_sending_without_reply: true })
})

test('a chat that moves twice is not followed', async () => {
  const { payloads, outcome } = await call('sendMessage', { chat_id: OLD, text: 'x' }, 2)
  expect(payloads).toHaveLength(2)
  expect(outcome).toMatch(/upgraded/)
})

test('the answer to what was asked in the old group is in the new one, and its line says so', async () => {
  const { account, lines } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  const group = account.group('Amigos', [ana], { type: 'group' })
  const id = group.send(ana, `/start@${account.username}`)
  const upgraded = group.upgrade() // before the bot gets to it
  await upgraded.waitForReply('Hola, Ana')
  await expect
    .poll(() => lines.find(({ update_id }) => update_id === id))
    .toMatchObject({
      chat_id: group.id,
      outcome: 'ok',
      migrated_to_chat_id: upgraded.id,
    })
})

test('so is an apology', async () => {
  const handlers = new Composer().command('fail', () => Promise.reject(new Error('a bug')))
  const { account, lines } = await startChat([{ name: 'broken', handlers }])
  const ana = account.person()
  const group = account.group('Amigos', [ana], { type: 'group' })
  group.send(ana, '/fail')
  const upgraded = group.upgrade()
  await upgraded.waitForReply(/^Uh! Algo salió mal/)
  await expect
    .poll(() => lines)
    .toContainEqual(expect.objectContaining({ message: 'chat migrated', migrated_to_chat_id: upgraded.id }))
})
