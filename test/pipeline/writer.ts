// The bot's writer under load, as a process: writer.ts DIR MAX_FILE_SIZE MAX_FILES LINES LINES_PER_SECOND LINGER_MS.
// It ends after so many lines, or at SIGTERM as the bot does, and then prints what the logger accepted.
import { setTimeout as sleep } from 'node:timers/promises'
import { LOG_CLOSE_MS } from '../../bot/deadlines.ts'
import { openBotLog } from './botLog.ts'

const TICK_MS = 10

const [dir = '', ...numbers] = process.argv.slice(2)
const [maxFileSize = 0, maxFiles = 0, lines = 0, linesPerSecond = 0, lingerMs = 0] = numbers.map(Number)
const { boot, logger, stats, close } = openBotLog({ dir, maxFileSize, maxFiles })

let stopping = false
process.once('SIGTERM', () => {
  stopping = true
  logger.info('stopping', { signal: 'SIGTERM' })
})

const start = performance.now()
for (let logged = 0; logged < lines && !stopping; await sleep(TICK_MS)) {
  const due = Math.min(lines, ((performance.now() - start) * linesPerSecond) / 1000)
  for (; logged < due; logged++) {
    logger.info('update', {
      update_id: 731_000_000 + logged,
      chat_id: 5_100_000_000 + (logged % 977),
      user_id: 5_100_000_000 + (logged % 977),
      feature: 'say_hi',
      duration_ms: (logged % 4001) / 10,
      outcome: 'handled',
      method: 'sendMessage',
    })
  }
}
const seconds = (performance.now() - start) / 1000
logger.info('stopped')
const written = await close(LOG_CLOSE_MS)
const { lines: made, droppedLines } = stats()
const accepted = Object.values(made).reduce((sum, count) => sum + count, 0)
await sleep(lingerMs)
console.log(JSON.stringify({ boot, accepted, written, seconds, droppedLines }))
