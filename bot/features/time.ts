import { Composer } from 'telegraf'
import type { Feature } from './feature.ts'

/** @param timeZone an IANA name such as Europe/Madrid */
export function time(timeZone: string, now: () => number): Feature {
  const handlers = new Composer()
  handlers.command('time', (ctx) => ctx.reply(`La hora es, ${formatTime(now(), timeZone)}`))
  return { name: 'time', commands: [{ command: 'time', description: 'Saber la hora' }], handlers }
}

/** `YYYY-MM-DD HH:mm:ss ±hhmm` in the zone, of a time in ms since 1970. */
export function formatTime(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  })
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  // longOffset reads GMT-03:00, and plain GMT at zero.
  const offset = part.timeZoneName?.slice('GMT'.length).replace(':', '') || '+0000'
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second} ${offset}`
}
