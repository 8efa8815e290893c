import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import type { BotAccount } from '../telegram/bot.ts'
import type { Fault } from '../telegram/faults.ts'
import type { Telegram } from '../telegram/server.ts'

const ALWAYS = Number.POSITIVE_INFINITY
/** How long the port stays closed when the front restarts. */
const RESTART_MS = 2000
const OTHER_POLL_S = 10

/** What may happen between the bot and Telegram. */
const FAULTS = {
  calm: undefined,
  slow: { latencyMs: 3000 },
  busy: { status: 429, description: 'Too Many Requests: retry after 5', retry_after: 5 },
  html: { html: 502 },
  silent: { hang: true },
} satisfies Record<string, Fault | undefined>

const KINDS = [...Object.keys(FAULTS), 'down', 'restart', 'poller'] as const
export const weatherKind = v.picklist(KINDS)

export interface Weather {
  readonly now: string
  /** Ends what was before. A restart is over by itself. */
  change(kind: string): Promise<void>
  close(): Promise<void>
}

/** The weather at Telegram, chosen by the person at the page. */
export function createWeather(
  { telegram, token, bot }: { telegram: Telegram; token: string; bot: BotAccount },
  onChange: (kind: string) => void,
): Weather {
  let now = 'calm'
  let clear: () => Promise<void> = async () => bot.clearFaults()
  let changes = Promise.resolve()

  const begin = async (kind: string) => {
    const fault = (FAULTS as Record<string, Fault | undefined>)[kind]
    if (fault) {
      bot.fault({ times: ALWAYS, ...fault })
      clear = async () => bot.clearFaults()
    } else if (kind === 'down' || kind === 'restart') {
      await telegram.goOffline()
      clear = telegram.goOnline
    } else if (kind === 'poller') clear = pollToo(telegram.url, token)
  }
  const set = (kind: string) => {
    now = kind
    onChange(kind)
  }
  const change = async (kind: string) => {
    await clear()
    clear = async () => undefined
    await begin(kind)
    set(kind)
    bot.releasePoll() // the bot meets it with the next call, not in half a minute
    if (kind !== 'restart') return
    await sleep(RESTART_MS)
    await clear()
    clear = async () => undefined
    set('calm')
  }

  return {
    get now() {
      return now
    },
    change(kind) {
      changes = changes.then(() => change(kind))
      return changes
    },
    async close() {
      await changes
      await clear()
    },
  }
}

/** A second bot with the same token: it takes no update away, since it confirms none. @returns stops it */
function pollToo(apiRoot: string, token: string): () => Promise<void> {
  const leaving = new AbortController()
  const { signal } = leaving
  const poll = async () => {
    while (!signal.aborted) {
      const url = `${apiRoot}/bot${token}/getUpdates?timeout=${OTHER_POLL_S}`
      await fetch(url, { signal })
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined)
      await sleep(500, undefined, { signal }).catch(() => undefined)
    }
  }
  const polling = poll()
  return async () => {
    leaving.abort()
    await polling
  }
}
