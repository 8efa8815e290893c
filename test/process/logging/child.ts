// A process that logs as the bot does and ends as it is told: node loggingChild.ts '<JSON of a Plan>' [user id].
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogging } from '../../../bot/logging/createLogging.ts'

export interface Plan {
  dir: string
  maxFileSize?: number
  maxFiles?: number
  stdout?: boolean
  /** What it does from its start; the parent may ask for more. */
  steps: Step[]
}

export type Step =
  | { log: number; perTick?: number }
  /** Logs until the parent ends the process. */
  | { logForEver: { perTick: number; hostile?: boolean } }
  | { end: 'exit' | 'close' | 'finish' | 'nothing' | 'throw' | 'crash' | 'lateLine' }

/** What the child tells its parent. */
export interface Report {
  /** The step of this index is done. */
  done?: number
  /** Lines made by the end of a tick whose lines are on the volume. */
  made: number
  dropped: number
  errors: number
  backlogBytes: number
  stdoutDropped: number
}

const plan: Plan = JSON.parse(process.argv[2] as string)
const { dir, maxFileSize = 1024 * 1024, maxFiles = 1000 } = plan
const identity = { service: 'child', version: '0', instance: 'test', boot: randomUUID() }
const user = Number(process.argv[3] ?? 0)
if (user > 0) becomeUser(user)
const { logger, stats, close } = createLogging({
  level: 'info',
  identity,
  secret: '',
  files: { dir, maxFileSize, maxFiles },
  ...(plan.stdout && { stdout: { stream: process.stdout, colours: false } }),
})
/** Between two ticks of a process that meets trouble: there is time for it to come between them. */
const HOSTILE_PAUSE_MS = 2
/** Fields that readers would refuse, or that are too long. */
const HOSTILE = [
  { half: 'of a pair \ud83d', 'a\udc00': 1 },
  { long: 'x'.repeat(50_000) },
  { numbers: Array.from({ length: 900 }, (_, i) => i * 123_456_789_012), more: Array(900).fill(0.123456789) },
]
const padding = 'x'.repeat(120)
let steps = 0

process.on('message', (step: Step) => perform(step))
process.on('SIGTERM', async () => {
  logger.info('last line')
  await close(10_000)
  process.exit(0)
})
for (const step of plan.steps) await perform(step)

async function perform(step: Step): Promise<void> {
  if ('log' in step) await log(step.log, step.perTick ?? step.log)
  else if ('logForEver' in step) {
    const { perTick, hostile = false } = step.logForEver
    await log(Number.POSITIVE_INFINITY, perTick, hostile)
  } else await end(step.end)
  report(steps++)
}

async function log(lines: number, perTick: number, hostile = false): Promise<void> {
  for (let logged = 0; logged < lines; ) {
    for (let i = 0; i < perTick && logged < lines; i++) {
      logger.info('counted', { index: ++logged, padding })
      if (hostile && logged % 97 === 0) logger.info('counted', HOSTILE[logged % HOSTILE.length])
    }
    await new Promise(setImmediate) // comes after the volume's own
    if (hostile) await new Promise((resolve) => setTimeout(resolve, HOSTILE_PAUSE_MS))
    if (lines === Number.POSITIVE_INFINITY) report()
  }
}

function report(done?: number): void {
  const { lines, droppedLines: dropped, stdoutDroppedLines: stdoutDropped, errors, backlogBytes } = stats()
  const made = Object.values(lines).reduce((sum, count) => sum + count, 0)
  process.send?.({
    ...(done !== undefined && { done }),
    made,
    dropped,
    errors,
    backlogBytes,
    stdoutDropped,
  } satisfies Report)
}

async function end(how: Extract<Step, { end: string }>['end']): Promise<void> {
  if (how === 'nothing') process.disconnect()
  if (how === 'exit') process.exit(0)
  if (how === 'close') process.exit((await close(10_000)) ? 0 : 9)
  if (how === 'finish') logger.on('finish', () => process.exit(0)).end()
  if (how === 'throw') setImmediate(() => logger.info('last line') && fail())
  if (how === 'crash') {
    process.on('uncaughtException', (error) => {
      logger.error('last line', { error })
      process.exit(1)
    })
    setImmediate(fail)
  }
  if (how === 'lateLine') {
    await close(10_000)
    logger.info('last line')
    process.exit(0)
  }
}

function fail(): never {
  throw new Error('on purpose')
}

/** The user may have no way into the folder of the sources: what is loaded at its first use is used once before. */
function becomeUser(user: number): void {
  const elsewhere = mkdtempSync(join(tmpdir(), 'bitacora-first-'))
  createLogging({
    level: 'info',
    identity,
    secret: '',
    files: { dir: elsewhere, maxFileSize: 1024 * 1024, maxFiles: 2 },
  })
  rmSync(elsewhere, { recursive: true })
  process.setgid?.(user)
  process.setuid?.(user)
}
