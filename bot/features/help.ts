import { Composer } from 'telegraf'
import type { Feature } from './feature.ts'

/** @param features those whose commands it lists, before its own */
export function help(features: Feature[]): Feature {
  const commands: NonNullable<Feature['commands']> = [
    ...features.flatMap((feature) => feature.commands ?? []),
    { command: 'help', description: 'Ver esta lista' },
    { command: 'ayuda', description: 'Ver esta lista' },
  ]
  const list = commands.map(({ command, description }) => `/${command} - ${description}`).join('\n')

  const handlers = new Composer()
  handlers.command(['help', 'ayuda'], (ctx) => ctx.reply(list))
  return { name: 'help', commands: commands.slice(-2), handlers }
}
