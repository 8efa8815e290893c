import { run } from '@grammyjs/runner'
import { Bot } from 'grammy'

const { TELEGRAM_TOKEN = '', TELEGRAM_API_ROOT = '', CONCURRENCY } = process.env

const bot = new Bot(TELEGRAM_TOKEN, { client: { apiRoot: TELEGRAM_API_ROOT } })
bot.command('start', (ctx: { from: { first_name: string }; reply: (text: string) => Promise<unknown> }) =>
  ctx.reply(`Hola, ${ctx.from.first_name}`),
)
run(bot, { sink: { concurrency: Number(CONCURRENCY) } })
