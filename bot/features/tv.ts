import { Composer, Markup } from 'telegraf'
import type { Feature } from './feature.ts'

/** Each candidate's answer; the key is the button's callback data, and must not change while old buttons are around. */
const CANDIDATES = {
  'tv:jon': { name: 'Jon Snow', answer: 'Jon es demasiado bueno, nunca lo va a aceptar!' },
  'tv:daenerys': { name: 'Daenerys Targaryen', answer: 'A mi también me encantan los dragones!' },
  'tv:ned': { name: 'Ned Stark', answer: 'Ned se murió!' },
}

const buttons = Object.entries(CANDIDATES).map(([data, { name }]) => [Markup.button.callback(name, data)])

const handlers = new Composer()

handlers.command('tv', (ctx) => ctx.reply('Quien se queda con el trono?', Markup.inlineKeyboard(buttons)))

for (const [data, { answer }] of Object.entries(CANDIDATES)) {
  handlers.action(data, (ctx) => ctx.reply(answer))
}

export const tv: Feature = {
  name: 'tv',
  kinds: ['message', 'callback_query'],
  commands: [{ command: 'tv', description: 'Votar quien se queda con el trono' }],
  handlers,
}
