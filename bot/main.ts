// The composition root: it builds every part and hands it what it needs; nothing else knows everything.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import packageJson from '../package.json' with { type: 'json' }
import { systemClock as clock } from './clock.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { DRAIN_MS, LOG_CLOSE_MS } from './deadlines.ts'
import { EXIT, Fatal } from './fatal.ts'
import { createFeatures } from './features/index.ts'
import { createHealth } from './health.ts'
import { createLogging } from './logging/createLogging.ts'
import { createMetrics } from './metrics.ts'
import { createRest, eventLoopLoad, LOOK_MS } from './rest.ts'
import { serve } from './server.ts'
import { createApi } from './telegram/api.ts'
import { createBot } from './telegram/bot.ts'
import { createPolling, LONGEST_TURN_MS } from './telegram/polling.ts'
import { createReceiver } from './telegram/receiver.ts'
import { fetchBotInfo, syncCommands } from './telegram/startup.ts'
import { allowedUpdates } from './telegram/update.ts'
import { createWebhook } from './telegram/webhook.ts'

const { name: service, version } = packageJson
const config = configuration()
const { token, apiRoot, proxy, noProxy, receive, log } = config

const metrics = createMetrics()
const logging = createLogging({
  level: log.level,
  identity: { service, version, instance: config.instance, boot: randomUUID() },
  secret: token,
  files: { ...log, header: { log_level: log.level, receive: receive.mode } },
  ...(log.stdout && { stdout: { stream: process.stdout, colours: !process.env.NO_COLOR } }),
  registry: metrics.registry,
})
const { logger } = logging
const health = createHealth(clock, LONGEST_TURN_MS)
const { gc } = globalThis // only with --expose-gc, as npm start and the image have it
if (gc) {
  const collect = () => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  setInterval(createRest({ collect, rss: process.memoryUsage.rss, load: eventLoopLoad() }), LOOK_MS).unref()
}
const stop = new AbortController()
/** npm passes Ctrl-C on to a process that has it from the terminal already: one key, two signals. */
const ECHO_MS = 500
let interruptedAt = 0

process.on('uncaughtException', (error) => {
  logger.error('crashed', { error })
  process.exit(EXIT.crashed) // what the volume holds is written on the way out
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (signal === 'SIGINT' && clock.now() - interruptedAt < ECHO_MS) return
    if (stop.signal.aborted) process.exit(EXIT.crashed) // a second one: at once
    if (signal === 'SIGINT') interruptedAt = clock.now()
    logger.info('stopping', { signal })
    health.onStop()
    stop.abort()
  })
}

const code = await run().then(() => EXIT.stopped, exitCodeOf)
logger.info('stopped', { code })
await logging.close(LOG_CLOSE_MS)
if (code === EXIT.stopped) await clock.sleep(log.lingerMs)
process.exit(code)

async function run(): Promise<void> {
  logger.info('started', { log_level: log.level, receive: receive.mode })
  const server = await serve(config.port, health, metrics.registry)
  logger.info('listening', { port: server.port })
  const api = createApi({ token, apiRoot, proxy, noProxy, clock, onCall: metrics.onCall })
  const me = await fetchBotInfo(api, { clock, logger, signal: stop.signal })
  if (!me) return // told to stop while Telegram was not reached
  const { username, has_topics_enabled, supports_guest_queries, can_connect_to_business } = me
  logger.info('identified', { username, has_topics_enabled, supports_guest_queries, can_connect_to_business })

  const features = createFeatures({ timeZone: config.timeZone, version, now: clock.now })
  const { onUpdate, onLoss, onWebhookResponse } = metrics
  const bot = createBot({ token, me, api, apiRoot, features, logger, logContent: log.content, onUpdate })
  const receiver = createReceiver({ handle: bot.handle, onOverflow: bot.notifySlowDown, onLoss, logger })
  metrics.watch(receiver, health.secondsSinceTurn)

  const parts = { api, receiver, logger, clock, allowedUpdates: allowedUpdates(features) }
  const source =
    receive.mode === 'webhook'
      ? createWebhook({
          ...parts,
          token,
          url: receive.url,
          route: server.route,
          onReady: health.onReady,
          onResponse: onWebhookResponse,
        })
      : createPolling({ ...parts, onTurn: health.onTurn })
  const announced = syncCommands(api, features, logger, stop.signal)
  try {
    await source.run(stop.signal)
  } finally {
    await receiver.drain(DRAIN_MS)
    await source.confirm() // Telegram sends again what is not
  }
  await announced
}

function configuration(): Config {
  try {
    return readConfig(process.env, hostname())
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(EXIT.configuration)
  }
}

function exitCodeOf(error: unknown): number {
  logger.error(error instanceof Fatal ? error.message : 'crashed', error instanceof Fatal ? {} : { error })
  return error instanceof Fatal ? error.exitCode : EXIT.crashed
}
