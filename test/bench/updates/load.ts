import type { BotAccount } from '../../standins/telegram/bot.ts'
import type { Person } from '../../standins/telegram/person.ts'
import type { Message } from '../../standins/telegram/types.ts'

/** Enough that no chat has to wait for its own earlier message. */
const PEOPLE = 500
const SLEEP_MS = 5_000
const EVERY_MS = 10

export interface Load {
  /** Everybody writes at once. @returns ms from the last message to the last reply */
  flood(updates: number): Promise<number>
  /** People write one after the other for a while. @returns the 99th percentile of the time from message to reply, ms */
  trickle(): Promise<number>
  /** The same, while the handler of one more chat sleeps for as long. */
  trickleBesideSleeper(): Promise<number>
}

export function createLoad(bot: BotAccount): Load {
  const people = Array.from({ length: PEOPLE }, () => bot.person())
  const sleeper = bot.person()
  let onReply: (chatId: number) => void = () => {}
  bot.onEvent((event) => {
    if (event.type === 'message' && (event.message as Message).from.is_bot) onReply(event.chat_id)
  })
  const personOf = (index: number) => people[index % PEOPLE] as Person

  async function flood(updates: number): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>()
    let replies = 0
    for (let index = 0; index < updates; index++) personOf(index).send('/start')
    const start = performance.now()
    onReply = () => {
      if (++replies === updates) resolve(performance.now() - start)
    }
    return promise
  }

  async function trickle(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const sent = new Map<number, number>()
    const latencies: number[] = []
    const total = SLEEP_MS / EVERY_MS
    onReply = (chatId) => {
      const at = sent.get(chatId)
      if (at !== undefined && latencies.push(performance.now() - at) === total) resolve()
    }
    let written = 0
    const timer = setInterval(() => {
      const person = personOf(written)
      sent.set(person.id, performance.now())
      person.send('/start')
      if (++written === total) clearInterval(timer)
    }, EVERY_MS)
    await promise
    return latencies.sort((a, b) => a - b)[Math.ceil(total * 0.99) - 1] ?? Number.NaN
  }

  return {
    flood,
    trickle,
    async trickleBesideSleeper() {
      // The handler waits for the answer to its reply.
      const matches = (payload: { chat_id?: unknown }) => payload.chat_id === sleeper.id
      bot.fault({ method: 'sendMessage', matches, latencyMs: SLEEP_MS })
      sleeper.send('/start')
      return trickle()
    },
  }
}
