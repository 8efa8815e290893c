import type { LeanTelegram } from './telegram.ts'

/** Unanswered messages at a time: enough to do for every client, and five in each of a hundred chats. */
const MOST_OPEN = 500
const TICK_MS = 10
const PATIENCE_MS = 60_000

/** People who write to a bot: chat ids go round, so that a chat has rarely two messages open. */
export function createLoad(telegram: LeanTelegram, lost: Promise<never>) {
  let nextChat = 0

  /** Rejects when no reply comes for a minute. */
  function withPatience(begin: (settle: () => void, alive: () => void) => void): Promise<void> {
    const run = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('a message was never answered')), PATIENCE_MS)
      const settle = () => {
        clearTimeout(timer)
        resolve()
      }
      begin(settle, () => timer.refresh())
    })
    return Promise.race([run, lost])
  }

  return {
    /** As fast as the bot answers. */
    flood(updates: number, chats: number): Promise<void> {
      return withPatience((settle, alive) => {
        let sent = 0
        let answered = 0
        const send = () => {
          sent++
          telegram.send(1 + (nextChat++ % chats))
        }
        telegram.onReply(() => {
          answered++
          if (answered % 1000 === 0) alive()
          if (answered === updates) settle()
          else if (sent < updates) send()
        })
        while (sent < Math.min(updates, MOST_OPEN)) send()
      })
    },

    /** So many a second. @returns the 99th percentile of the time from message to reply, ms */
    async steady(updates: number, perSecond: number, chats: number): Promise<number> {
      const sentAt = new Map<number, number>()
      const latencies: number[] = []
      await withPatience((settle, alive) => {
        telegram.onReply((chatId) => {
          latencies.push(performance.now() - (sentAt.get(chatId) ?? Number.NaN))
          if (latencies.length % 1000 === 0) alive()
          if (latencies.length === updates) settle()
        })
        const start = performance.now()
        let sent = 0
        const timer = setInterval(() => {
          const due = Math.min(updates, ((performance.now() - start) / 1000) * perSecond)
          for (; sent < due; sent++) {
            const chat = 1 + (nextChat++ % chats)
            sentAt.set(chat, performance.now())
            telegram.send(chat)
          }
          if (sent === updates) clearInterval(timer)
        }, TICK_MS)
      })
      return latencies.sort((a, b) => a - b)[Math.ceil(latencies.length * 0.99) - 1] ?? Number.NaN
    },
  }
}
