import { parseArgs } from 'node:util'
import { startMeter } from '../meter.ts'
import { numberedUpdate, type OpenLogger, type Update, update } from './logger.ts'

/** One call of so many is timed; prime, so that it falls on every place of a tick and of a batch. */
const TIMED_EVERY = 61
const DISABLED_BATCHES = 20
const DISABLED_CALLS = 20_000

const { values } = parseArgs({
  options: {
    module: { type: 'string', default: '' },
    open: { type: 'string', default: '' },
    dir: { type: 'string', default: '' },
    lines: { type: 'string', default: '' },
    tick: { type: 'string', default: '' },
  },
})
const lines = Number(values.lines)
const perTick = Number(values.tick)

const module = (await import(`./${values.module}.ts`)) as Record<string, OpenLogger>
const logger = await module[values.open]?.(values.dir)
if (!logger) throw new Error(`${values.module}.ts exports no ${values.open}`)
const fieldsOf = logger.numbers ? update : numberedUpdate

/** Of the fastest batch: whatever else runs on the machine can only add to it. */
function disabledCallNs(debug: (message: string, fields: Update) => void): number {
  let fastest = Number.POSITIVE_INFINITY
  for (let batch = 0; batch < DISABLED_BATCHES; batch++) {
    const before = performance.now()
    for (let index = 0; index < DISABLED_CALLS; index++) debug('Never written', update(index))
    fastest = Math.min(fastest, performance.now() - before)
  }
  return (fastest * 1e6) / DISABLED_CALLS
}
const debug_ns = logger.debug ? disabledCallNs(logger.debug) : Number.NaN

const meter = startMeter()
meter.report('debug_ns', debug_ns)
let logged = 0
while (logged < lines) {
  const end = Math.min(logged + perTick, lines)
  for (; logged < end; logged++) {
    if (logged % TIMED_EVERY === 0) meter.call(() => logger.info('Update handled', fieldsOf(logged)))
    else logger.info('Update handled', fieldsOf(logged))
  }
  await new Promise(setImmediate)
}
meter.stopLoop()
await logger.close()
