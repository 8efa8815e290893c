import { Composer } from 'telegraf'
import type { Feature } from './feature.ts'

const handlers = new Composer()

handlers.command('start', (ctx) => ctx.reply(hello(ctx.from.first_name)))

handlers.command('say_hi', (ctx) => {
  const name = ctx.payload.trim()
  return ctx.reply(name ? hello(name) : 'Decime tu nombre: /say_hi <nombre>')
})

handlers.command('stop', (ctx) => ctx.reply(`Chau, ${ctx.from.username ?? ctx.from.first_name}`))

export const greetings: Feature = {
  name: 'greetings',
  commands: [
    { command: 'start', description: 'Empezar a charlar' },
    { command: 'say_hi', description: 'Saludar a quien me digas' },
    { command: 'stop', description: 'Despedirse' },
  ],
  handlers,
}

function hello(name: string): string {
  return `Hola, ${name}`
}
