import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPage } from '../page/server.ts'
import { startTelegram } from './server.ts'

// Telegram's stand-in and the page alone, for a bot that somebody else starts.
const { values } = parseArgs({
  options: {
    /** Of the Bot API. The default is that of Telegram's own local server. */
    port: { type: 'string', default: '8081' },
    host: { type: 'string', default: '127.0.0.1' },
  },
})
const port = Number(values.port)
const logName = process.env.LOG_DIR || 'data/logs'

const telegram = await startTelegram({ port, host: values.host })
const token = process.env.TELEGRAM_TOKEN || telegram.newToken()
const environment = `TELEGRAM_API_ROOT=${telegram.url} TELEGRAM_TOKEN=${token}`
const page = await startPage({
  telegram,
  token,
  logDir: resolve(logName),
  logName,
  hint: `Start a bot with ${environment}`,
  host: values.host,
  ports: port === 0 ? [0] : [port + 1, 0],
})

async function stop() {
  await page.close()
  await telegram.close()
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop())

console.log(`\n  page      ${page.url}\n  Bot API   ${telegram.url}\n\n  ${environment}\n`)
