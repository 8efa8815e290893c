import type { Update } from 'telegraf/types'
import type { Logger } from 'winston'
import { subjectOf } from './update.ts'

/** Handlers at a time, over all chats. */
const MOST_RUNNING = 256
/** Updates waiting for their chat's turn. */
const MOST_WAITING = 1000
const MOST_WAITING_IN_A_CHAT = 20
/** One getUpdates brings as many at the most; so many places must be free before the next one is asked for. */
export const BATCH = 100
/** Below the 60 s after which Telegram takes a webhook request for lost and repeats it. */
const UPDATE_DEADLINE_MS = 50_000

export interface Receiver {
  /** Queues an update behind those of its chat. Resolves when it is done, dropped, or past its deadline. */
  accept(update: Update): Promise<void>
  /** Whether a further batch has its place. */
  hasRoom(): boolean
  /** Resolves when a further batch has its place, or the signal is aborted. */
  room(signal: AbortSignal): Promise<void>
  /** Resolves when nothing runs or waits any more (true), or after ms (false: what is left is logged). */
  drain(ms: number): Promise<boolean>
  readonly running: number
  readonly waiting: number
}

interface Waiting {
  update: Update
  settle: () => void
}

interface Chat {
  id: number | undefined
  current: Update | undefined
  waiting: Waiting[]
  /** Whether its people were asked for patience. */
  asked: boolean
}

/**
 * What polling and webhook share: the updates of one chat in their order, those of different chats beside one another.
 *
 * @param handle never rejects
 * @param onCrowd called once when a chat begins to lose updates, until all of its waiting ones are through
 */
export function createReceiver(settings: {
  handle: (update: Update) => Promise<void>
  onCrowd: (chatId: number) => void
  onDrop: () => void
  logger: Logger
  deadlineMs?: number
}): Receiver {
  const { handle, logger, deadlineMs = UPDATE_DEADLINE_MS } = settings
  const chats = new Map<unknown, Chat>()
  const ready = new Set<Chat>()
  let running = 0
  let waiting = 0
  let wakers: { when: () => boolean; wake: () => void }[] = []

  function accept(update: Update): Promise<void> {
    const id = subjectOf(update).chat_id
    const key = id ?? update // what belongs to no chat waits for nobody
    let chat = chats.get(key)
    if (!chat) {
      chat = { id, current: undefined, waiting: [], asked: false }
      chats.set(key, chat)
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    chat.waiting.push({ update, settle: resolve })
    waiting++
    if (chat.waiting.length > MOST_WAITING_IN_A_CHAT) dropOldest(chat)
    if (!chat.current) ready.add(chat)
    schedule()
    return promise
  }

  function dropOldest(chat: Chat): void {
    const oldest = chat.waiting.shift() as Waiting
    waiting--
    logger.warn('update dropped', { ...subjectOf(oldest.update), outcome: 'dropped' })
    settings.onDrop()
    oldest.settle()
    if (!chat.asked && chat.id !== undefined) settings.onCrowd(chat.id)
    chat.asked = true
  }

  function schedule(): void {
    for (const chat of ready) {
      if (running >= MOST_RUNNING) return
      ready.delete(chat)
      const next = chat.waiting.shift()
      if (!next) continue
      waiting--
      running++
      chat.current = next.update
      run(chat, next)
    }
  }

  function run(chat: Chat, { update, settle }: Waiting): void {
    let late = false
    const release = () => {
      running--
      chat.current = undefined
      settle()
      if (chat.waiting.length > 0) ready.add(chat)
      else chats.delete(chat.id ?? update)
      schedule()
      wake()
    }
    const timer = setTimeout(() => {
      late = true
      logger.error('update past its deadline', {
        ...subjectOf(update),
        duration_ms: deadlineMs,
        outcome: 'late',
      })
      release()
    }, deadlineMs)
    void handle(update).then(() => {
      clearTimeout(timer)
      if (!late) release()
    })
  }

  function hasRoom(): boolean {
    return waiting + BATCH <= MOST_WAITING
  }

  const isIdle = () => running + waiting === 0

  function until(when: () => boolean): Promise<void> {
    if (when()) return Promise.resolve()
    return new Promise((wake) => wakers.push({ when, wake }))
  }

  function room(signal: AbortSignal): Promise<void> {
    if (hasRoom()) return Promise.resolve()
    signal.addEventListener('abort', wake, { once: true })
    return until(() => hasRoom() || signal.aborted).finally(() => signal.removeEventListener('abort', wake))
  }

  function wake(): void {
    if (wakers.length === 0) return
    const woken = wakers.filter(({ when }) => when())
    wakers = wakers.filter((waker) => !woken.includes(waker))
    for (const waker of woken) waker.wake()
  }

  async function drain(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    await Promise.race([
      until(isIdle),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms)
      }),
    ])
    clearTimeout(timer)
    for (const { current, waiting } of chats.values()) {
      for (const update of [...(current ? [current] : []), ...waiting.map((item) => item.update)]) {
        logger.error('update unfinished at the stop', { ...subjectOf(update), outcome: 'unfinished' })
      }
    }
    return isIdle()
  }

  return {
    accept,
    hasRoom,
    room,
    drain,
    get running() {
      return running
    },
    get waiting() {
      return waiting
    },
  }
}
