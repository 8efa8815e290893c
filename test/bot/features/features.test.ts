import { expect, test } from 'vitest'
import { startChat, VERSION } from './chat.ts'

const DID_NOT_UNDERSTAND = 'Uh? No te entiendo! Me repetis la pregunta?'

test.each([
  ['/start', 'Hola, Ana'],
  ['/start promo-2026', 'Hola, Ana'],
  ['/say_hi Pedro Pérez', 'Hola, Pedro Pérez'],
  ['/say_hi', 'Decime tu nombre: /say_hi <nombre>'],
  ['/say_hi   ', 'Decime tu nombre: /say_hi <nombre>'],
  ['/stop', 'Chau, anita'],
  ['/time', 'La hora es, 2026-11-24 09:15:07 -0300'],
  ['/tv', 'Quien se queda con el trono?'],
  ['/busqueda_centro', 'Busqueda por ubicacion'],
  ['/version', VERSION],
  ['/nada', DID_NOT_UNDERSTAND],
  ['hola', DID_NOT_UNDERSTAND],
  ['quiero /start', DID_NOT_UNDERSTAND],
])('%j is answered with %j', async (text, answer) => {
  const { account } = await startChat()
  const ana = account.person({ first_name: 'Ana', username: 'anita' })
  ana.send(text)
  expect((await ana.waitForReply()).text).toBe(answer)
})

test('/stop falls back to the first name of who has no username', async () => {
  const { account } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  ana.send('/stop')
  expect((await ana.waitForReply()).text).toBe('Chau, Ana')
})

test('a name as long as a message is greeted', async () => {
  const { account } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  ana.send(`/say_hi ${'x'.repeat(4088)}`)
  expect((await ana.waitForReply()).text).toBe(`Hola, ${'x'.repeat(4088)}`)
  ana.send(`/say_hi${' '}${'é'.repeat(4088)}`)
  expect((await ana.waitForReply()).text).toHaveLength(4094)
})

test('/help and /ayuda list every command of the menu, one a line', async () => {
  const { account, features } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  const menu = features.flatMap((feature) => feature.commands ?? [])
  const list = menu.map(({ command, description }) => `/${command} - ${description}`).join('\n')
  for (const command of ['/help', '/ayuda']) {
    ana.send(command)
    expect((await ana.waitForReply()).text).toBe(list)
  }
  expect(menu.map(({ command }) => command)).toEqual(
    expect.arrayContaining(['start', 'say_hi', 'help', 'ayuda']),
  )
})

test.each([
  ['Jon Snow', 'Jon es demasiado bueno, nunca lo va a aceptar!'],
  ['Daenerys Targaryen', 'A mi también me encantan los dragones!'],
  ['Ned Stark', 'Ned se murió!'],
])('a press on %s is answered, then %j', async (button, answer) => {
  const { account } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  ana.send('/tv')
  await ana.waitForReply()
  ana.press(button)
  expect((await ana.waitForReply()).text).toBe(answer)
  expect(ana.answers).toHaveLength(1)
  const methods = account.calls.map(({ method }) => method).filter((method) => /^(send|answer)/.test(method))
  expect(methods).toEqual(['sendMessage', 'answerCallbackQuery', 'sendMessage'])
})

test('a press on a button that no feature knows is answered too', async () => {
  const { account } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  ana.send('/tv')
  const { message_id } = await ana.waitForReply()
  ana.pressData(message_id, 'from an older version')
  await account.waitForCall('answerCallbackQuery')
  ana.send('/version')
  await ana.waitForReply(VERSION)
  expect(ana.replies).toHaveLength(2)
})

test('the button of /busqueda_centro asks for the location, which is read back', async () => {
  const { account } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  ana.send('/busqueda_centro')
  const { reply_markup } = await ana.waitForReply()
  expect(reply_markup?.keyboard).toMatchObject([
    [{ text: 'Compartime tu ubicacion', request_location: true }],
  ])
  ana.shareLocation(-34.6037, -58.3816)
  expect((await ana.waitForReply()).text).toBe('Ubicacion es Lat:-34.6037 - Long:-58.3816')
})

test('in a group only what is addressed to the bot is answered', async () => {
  const { account } = await startChat()
  const ana = account.person({ first_name: 'Ana' })
  const group = account.group('Amigos', [ana])
  group.send(ana, 'hola a todos')
  group.send(ana, '/nada@otro_bot')
  group.send(ana, `/start@${account.username.toUpperCase()}`)
  const greeting = await group.waitForReply()
  expect(greeting.text).toBe('Hola, Ana')
  group.send(ana, `@${account.username} y el clima?`)
  expect((await group.waitForReply()).text).toBe(DID_NOT_UNDERSTAND)
  group.send(ana, `/nada@${account.username}`)
  expect((await group.waitForReply()).text).toBe(DID_NOT_UNDERSTAND)
  group.reply(ana, greeting.message_id, 'y vos?')
  expect((await group.waitForReply()).text).toBe(DID_NOT_UNDERSTAND)
  expect(group.replies).toHaveLength(4)
})
