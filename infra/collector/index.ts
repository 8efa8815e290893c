import type { Settings } from '../settings/settings.ts'
import type { Collector } from './collector.ts'
import { installed } from './installed.ts'
import { otel } from './otelCollector.ts'

/** The collector that the stack chose. */
export function collectorOf(settings: Settings): Collector {
  return settings.collector === 'installed' ? installed(settings) : otel(settings)
}
