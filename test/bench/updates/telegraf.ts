import { Telegraf } from 'telegraf'

const { TELEGRAM_TOKEN = '', TELEGRAM_API_ROOT = '' } = process.env

const bot = new Telegraf(TELEGRAM_TOKEN, { telegram: { apiRoot: TELEGRAM_API_ROOT } })
bot.start((ctx) => ctx.reply(`Hola, ${ctx.from.first_name}`))
await bot.launch()
