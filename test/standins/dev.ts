import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { watchEdits } from './page/edits.ts'
import { createBotProcess } from './page/process.ts'
import { startPage } from './page/server.ts'
import { startTelegram } from './telegram/server.ts'

// npm run dev: Telegram's stand-in, the real bot, and a page to talk to it and to read its lines.
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    /** The folder that is run and watched. */
    bot: { type: 'string', default: 'bot' },
  },
})
const DEFAULT_PORT = 8082
const logName = process.env.LOG_DIR || 'data/logs'

const telegram = await startTelegram()
const token = telegram.newToken()
const page = await startPage({
  telegram,
  token,
  logDir: resolve(logName),
  logName,
  hint: 'Nothing written yet.',
  host: values.host,
  ports: values.port ? [Number(values.port)] : [DEFAULT_PORT, 0],
})
const bot = createBotProcess({
  main: resolve(values.bot, 'main.ts'),
  env: {
    LOG_LEVEL: 'debug',
    LOG_STDOUT: 'false', // the lines are on the page
    PORT: '0',
    NODE_COMPILE_CACHE: 'node_modules/.cache/bot', // a restart is faster
    ...process.env,
    HTTPS_PROXY: '', // none on the way to this machine
    LOG_DIR: resolve(logName),
    TELEGRAM_TOKEN: token,
    TELEGRAM_API_ROOT: telegram.url,
  },
  onNote: page.note,
})
bot.start()
const unwatch = watchEdits(values.bot, (file) => bot.restart(`${file} was edited`))

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  unwatch()
  await bot.stop()
  await page.close()
  await telegram.close()
}
// npm passes Ctrl-C on to a process that has had it from the terminal already: once is enough.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
process.on('exit', bot.kill)

console.log(`\n  bitácora   ${page.url}\n\n  Ctrl-C stops it.\n`)
