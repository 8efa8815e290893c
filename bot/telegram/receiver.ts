import type { Update } from 'telegraf/types'
import type { Logger } from 'winston'
import { createChatQueues, type Turn } from './chatQueues.ts'
import { subjectOf } from './update.ts'

/** Handlers at a time, over all chats. */
const MOST_RUNNING = 256
/** Updates waiting for their chat's turn. */
const MOST_WAITING = 1000
/** One getUpdates brings as many at the most; so many places must be free before the next one is asked for. */
export const BATCH = 100
/** Below the 60 s after which Telegram takes a webhook request for lost and repeats it. */
const UPDATE_DEADLINE_MS = 50_000

/** How an update ends that its handler did not: too many waited before it, past its deadline, at the stop. */
export type Loss = 'dropped' | 'late' | 'unfinished'

export interface Receiver {
  /** Queues an update behind those of its chat. Resolves when it is done, dropped, or past its deadline. */
  accept(update: Update): Promise<void>
  /** Whether a further batch has its place. */
  hasCapacity(): boolean
  /** Resolves when a further batch has its place, or the signal is aborted. */
  waitForCapacity(signal: AbortSignal): Promise<void>
  /** Resolves when nothing runs or waits any more (true), or after ms (false: what is left is logged). */
  drain(ms: number): Promise<boolean>
  readonly running: number
  readonly waiting: number
}

/**
 * What polling and webhook share: the updates of one chat in their order, those of different chats beside one another.
 *
 * @param handle never rejects
 * @param onOverflow called with what a chat loses, until it returns true: somebody was told; again once its waiting ones are through
 */
export function createReceiver(settings: {
  handle: (update: Update) => Promise<void>
  onOverflow: (dropped: Update) => boolean
  onLoss: (outcome: Loss) => void
  logger: Logger
  deadlineMs?: number
}): Receiver {
  const { handle, logger, deadlineMs = UPDATE_DEADLINE_MS } = settings
  const chats = createChatQueues()
  let running = 0
  let waits: { when: () => boolean; wake: () => void }[] = []

  function accept(update: Update): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const overflow = chats.add({ update, key: queueOf(update), settle: resolve })
    if (overflow) {
      logger.warn('update dropped', { ...subjectOf(overflow.dropped.update), outcome: 'dropped' })
      settings.onLoss('dropped')
      overflow.dropped.settle()
      overflow.chat.told ||= settings.onOverflow(overflow.dropped.update)
    }
    schedule()
    return promise
  }

  function schedule(): void {
    while (running < MOST_RUNNING) {
      const turn = chats.next()
      if (!turn) return
      running++
      run(turn)
    }
  }

  /** A handler cannot be stopped: past its deadline it only stops counting, and its own line tells how it ended. */
  function run(turn: Turn): void {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      const subject = subjectOf(turn.update)
      logger.error('update past its deadline', { ...subject, duration_ms: deadlineMs, outcome: 'late' })
      settings.onLoss('late')
      end(turn)
    }, deadlineMs)
    void handle(turn.update).then(() => {
      clearTimeout(timer)
      if (!isLate) end(turn)
    })
  }

  function end(turn: Turn): void {
    running--
    chats.end(turn)
    turn.settle()
    schedule()
    wake()
  }

  const hasCapacity = () => chats.waiting + BATCH <= MOST_WAITING
  const isIdle = () => running + chats.waiting === 0

  /** Resolves once it is so, as seen whenever an update ends. */
  function until(when: () => boolean): Promise<void> {
    return when() ? Promise.resolve() : new Promise((wake) => waits.push({ when, wake }))
  }

  function wake(): void {
    if (waits.length === 0) return
    const over = waits.filter(({ when }) => when())
    waits = waits.filter((wait) => !over.includes(wait))
    for (const wait of over) wait.wake()
  }

  function waitForCapacity(signal: AbortSignal): Promise<void> {
    if (hasCapacity()) return Promise.resolve()
    signal.addEventListener('abort', wake, { once: true })
    return until(() => hasCapacity() || signal.aborted).finally(() =>
      signal.removeEventListener('abort', wake),
    )
  }

  async function drain(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    await Promise.race([until(isIdle), deadline])
    clearTimeout(timer)
    for (const { update } of chats.turns()) {
      logger.error('update unfinished at the stop', { ...subjectOf(update), outcome: 'unfinished' })
      settings.onLoss('unfinished')
    }
    return isIdle()
  }

  return {
    accept,
    hasCapacity,
    waitForCapacity,
    drain,
    get running() {
      return running
    },
    get waiting() {
      return chats.waiting
    },
  }
}

/** Its chat, or what makes it wait for nobody: no chat, or the wish to stop what the chat's running update generates. */
function queueOf(update: Update): unknown {
  const { chat_id, kind } = subjectOf(update)
  return kind === 'stopped_message_generation' ? update : (chat_id ?? update)
}
