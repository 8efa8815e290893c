import { Markup, Telegraf } from 'telegraf'
import { message } from 'telegraf/filters'
import { expect, onTestFinished, test } from 'vitest'
import { useTelegram } from '../../support/telegram.ts'

/** Telegraf's own client and loop: a client that was not written for this server. */
const open = useTelegram({ conflictPauseMs: 50 })

async function launch(build: (bot: Telegraf) => void) {
  const { telegram, token, bot } = open()
  const client = new Telegraf(token, { telegram: { apiRoot: telegram.url } })
  build(client)
  const running = client.launch()
  onTestFinished(async () => {
    client.stop()
    await running
  })
  return bot
}

test('commands, buttons, edits and a location go both ways', async () => {
  const bot = await launch((client) => {
    client.command('tv', (ctx) =>
      ctx.reply('¿quién?', Markup.inlineKeyboard([Markup.button.callback('Jon', 'jon')])),
    )
    client.action('jon', async (ctx) => {
      await ctx.answerCbQuery('anotado')
      await ctx.editMessageText('Jon')
    })
    client.on(message('location'), (ctx) => ctx.reply(`${ctx.message.location.latitude}`))
  })
  const ada = bot.person()
  ada.send('/tv@bitacora_bot')
  await ada.waitForReply('¿quién?')
  ada.press('Jon')
  expect((await ada.waitForAnswer()).text).toBe('anotado')
  await ada.waitForReply('Jon')
  ada.shareLocation(-34.5, -58.5)
  await ada.waitForReply('-34.5')
  expect(ada.replies).toHaveLength(2)
})

// telegraf 4.16.3 never ends an upload on Node.js 26; the bot sends files by itself.
test.skipIf(process.versions.node.startsWith('26.'))('an upload arrives', async () => {
  const bot = await launch((client) => {
    client.start((ctx) => ctx.replyWithDocument({ source: Buffer.from('hola'), filename: 'hola.txt' }))
  })
  const ada = bot.person()
  ada.send('/start')
  const { document } = await ada.waitForReply()
  expect(document).toMatchObject({ file_name: 'hola.txt', file_size: 4 })
})

test("an error of Telegram's reaches the bot as a TelegramError", async () => {
  const errors: unknown[] = []
  const bot = await launch((client) => {
    client.on(message('text'), (ctx) => ctx.reply('hola'))
    client.catch((error) => void errors.push(error))
  })
  const ada = bot.person()
  ada.send('hola')
  ada.block()
  await expect
    .poll(() => errors)
    .toMatchObject([{ response: { error_code: 403, description: 'Forbidden: bot was blocked by the user' } }])
})
