import { amountOf } from './quantity.ts'

interface Amounts {
  cpu: string
  memory: string
}
/** CPU and memory of one container, in Kubernetes' quantities. */
export interface Resources {
  requests: Amounts
  limits: Amounts
}
/** What a stack says of them: any part. */
export type SomeResources = {
  [Side in keyof Resources]?: { [Name in keyof Amounts]?: string | undefined } | undefined
}

// Node with the bot takes some 84 MB at rest and 96 in its start; the limit leaves room for 256 updates at a time.
export const BOT: Resources = {
  requests: { cpu: '50m', memory: '96Mi' },
  limits: { cpu: '1', memory: '256Mi' },
}
/**
 * The least limits of the bot. With 80Mi it was killed within its first 1,000 messages, with 88Mi it was not; with 10m it
 * was ready after 52 s, nearly the startup probe's minute, with 20m after 25 s.
 */
export const BOT_FLOOR = { cpu: '20m', memory: '96Mi' }

// 113 to 145 MB by Sumo Logic's own figures.
const OTEL: Resources = {
  requests: { cpu: '20m', memory: '128Mi' },
  limits: { cpu: '500m', memory: '256Mi' },
}
// Its JVM takes 180 MB, and it exits when starved of CPU.
const CLASSIC: Resources = {
  requests: { cpu: '50m', memory: '256Mi' },
  limits: { cpu: '1', memory: '512Mi' },
}
/** The least limits of the collector, which sizes itself by its memory. */
export const COLLECTOR_FLOOR = { cpu: '1m', memory: '128Mi' }

/** Of VictoriaLogs, which sizes its caches by the limit. */
export const LOG_STORE: Resources = {
  requests: { cpu: '20m', memory: '64Mi' },
  limits: { cpu: '500m', memory: '256Mi' },
}
export const LOG_STORE_FLOOR = { cpu: '1m', memory: '64Mi' }

export const botResources = (parts: SomeResources = {}) => over(BOT, parts)

export const collectorResources = (collector: string, parts: SomeResources = {}) =>
  over(collector === 'installed' ? CLASSIC : OTEL, parts)

export const logStoreResources = (parts: SomeResources = {}) => over(LOG_STORE, parts)

function over({ requests, limits }: Resources, parts: SomeResources): Resources {
  return {
    requests: { ...requests, ...parts.requests },
    limits: { ...limits, ...parts.limits },
  } as Resources
}

/** The API server refuses a pod that requests more than it may have. */
export function withinLimits({ requests, limits }: Resources): boolean {
  return (['cpu', 'memory'] as const).every((name) => amountOf(requests[name]) <= amountOf(limits[name]))
}
