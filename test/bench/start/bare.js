// What a user would write instead, from telegraf's and winston-daily-rotate-file's READMEs: one command and a rotated log.
import { Telegraf } from 'telegraf'
import winston from 'winston'
import 'winston-daily-rotate-file'

const { TELEGRAM_TOKEN, TELEGRAM_API_ROOT, LOG_DIR } = process.env

const logger = winston.createLogger({
  format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
  transports: [
    new winston.transports.Console(),
    new winston.transports.DailyRotateFile({
      dirname: LOG_DIR,
      filename: 'bot-%DATE%.log',
      maxSize: '10m',
      maxFiles: 5,
    }),
  ],
})

const bot = new Telegraf(TELEGRAM_TOKEN, { telegram: { apiRoot: TELEGRAM_API_ROOT } })
bot.start((ctx) => {
  logger.info('update handled', { update_id: ctx.update.update_id, chat_id: ctx.chat.id })
  return ctx.reply(`Hola, ${ctx.from.first_name}`)
})
process.once('SIGTERM', () => bot.stop('SIGTERM'))
logger.info('started')
await bot.launch()
