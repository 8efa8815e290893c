import { Composer } from 'telegraf'
import type { Feature } from './feature.ts'

/** The last one: answers what no other feature understood. */
export const fallback: Feature = {
  name: 'fallback',
  onlyIfAsked: true,
  handlers: Composer.reply('Uh? No te entiendo! Me repetis la pregunta?'),
}
