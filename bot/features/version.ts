import { Composer } from 'telegraf'
import type { Feature } from './feature.ts'

export function version(number: string): Feature {
  const handlers = new Composer()
  handlers.command('version', (ctx) => ctx.reply(number))
  return { name: 'version', commands: [{ command: 'version', description: 'Saber mi version' }], handlers }
}
