import type { BotAccount } from '../telegram/bot.ts'

const EVERY_MS = 1000
/** Five minutes. */
const KEPT = 300
const DEADLINE_MS = 900
const LATEST_CALLS = 6

/** One second of the bot and of the stand-in. Rates are per second; null where the bot did not answer. */
export interface Figures {
  /** Unix time, seconds. */
  at: number
  updates: number | null
  /** Mean of the updates that ended in this second, seconds. */
  secondsPerUpdate: number | null
  lines: Record<string, number>
  /** Answers of the Bot API by code. */
  codes: Record<string, number>
  /** Updates that the bot has not confirmed. */
  pending: number
  /** Calls since the start. */
  calls: number
  polled: boolean
  latestCalls: { method: string; status: number; at: number }[]
}

type Scrape = { at: number; values: Map<string, number> }

/**
 * Looks at the bot's /metrics once a second while somebody watches.
 * @param url where they are; undefined while no bot listens
 */
export function followFigures(
  bot: BotAccount,
  {
    url,
    watched,
    onFigures,
  }: { url: () => string | undefined; watched: () => boolean; onFigures: (figures: Figures) => void },
): { readonly recent: Figures[]; stop(): void } {
  const recent: Figures[] = []
  let before: Scrape | undefined
  let looking = false

  const look = async () => {
    const now = await scrape(url())
    const figures = {
      at: Math.round(Date.now() / 1000),
      ...compare(before, now),
      pending: bot.pending,
      calls: bot.calls.length,
      polled: bot.polled,
      latestCalls: bot.calls.slice(-LATEST_CALLS).map(({ method, status, at }) => ({ method, status, at })),
    }
    before = now
    recent.push(figures)
    if (recent.length > KEPT) recent.shift()
    onFigures(figures)
  }
  const timer = setInterval(() => {
    if (looking || !watched()) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }, EVERY_MS)
  return { recent, stop: () => clearInterval(timer) }
}

async function scrape(url: string | undefined): Promise<Scrape | undefined> {
  if (!url) return undefined
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) })
    return answer.ok ? { at: performance.now(), values: readMetrics(await answer.text()) } : undefined
  } catch {
    return undefined // it starts, stops or hangs: a gap in the curve
  }
}

/** What happened between two scrapes. A counter that went back belongs to a new process, and counts from 0. */
function compare(before: Scrape | undefined, now: Scrape | undefined) {
  const nothing = { updates: null, secondsPerUpdate: null, lines: {}, codes: {} }
  if (!before || !now) return nothing
  const seconds = (now.at - before.at) / 1000
  const growth = (key: string) => {
    const [old = 0, value = 0] = [before.values.get(key), now.values.get(key)]
    return value < old ? value : value - old
  }
  const rates = (metric: string, label: string) => {
    const found: Record<string, number> = {}
    for (const key of now.values.keys()) {
      const value = key.startsWith(`${metric}{`) && new RegExp(`\\b${label}="([^"]*)"`).exec(key)?.[1]
      if (value) found[value] = (found[value] ?? 0) + growth(key) / seconds
    }
    return found
  }
  const ended = growth('bitacora_update_duration_seconds_count')
  return {
    updates: ended / seconds,
    secondsPerUpdate: ended > 0 ? growth('bitacora_update_duration_seconds_sum') / ended : null,
    lines: rates('bitacora_log_lines_total', 'level'),
    codes: rates('bitacora_api_calls_total', 'code'),
  }
}

/** Samples by name and labels. @see https://prometheus.io/docs/instrumenting/exposition_formats */
export function readMetrics(text: string): Map<string, number> {
  const samples = text.matchAll(/^([a-zA-Z_:][\w:]*(?:\{.*\})?) (\S+)/gm)
  return new Map(Array.from(samples, ([, key = '', value]) => [key, Number(value)]))
}
