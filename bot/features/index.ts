import { fallback } from './fallback.ts'
import type { Feature } from './feature.ts'
import { greetings } from './greetings.ts'
import { help } from './help.ts'
import { location } from './location.ts'
import { time } from './time.ts'
import { tv } from './tv.ts'
import { version } from './version.ts'

/** The table of contents: what the bot can do, asked in this order. A new feature is one more line. */
export function createFeatures(settings: {
  timeZone: string
  version: string
  now: () => number
}): Feature[] {
  const features: Feature[] = [
    greetings,
    time(settings.timeZone, settings.now),
    tv,
    location,
    version(settings.version),
  ]
  return [...features, help(features), fallback]
}
