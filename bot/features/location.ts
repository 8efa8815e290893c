import { Composer, Markup } from 'telegraf'
import { message } from 'telegraf/filters'
import type { Feature } from './feature.ts'

const handlers = new Composer()

handlers.command('busqueda_centro', (ctx) =>
  ctx.reply(
    'Busqueda por ubicacion',
    Markup.keyboard([Markup.button.locationRequest('Compartime tu ubicacion')])
      .resize()
      .oneTime(),
  ),
)

handlers.on(message('location'), (ctx) => {
  const { latitude, longitude } = ctx.message.location
  return ctx.reply(`Ubicacion es Lat:${latitude} - Long:${longitude}`)
})

export const location: Feature = {
  name: 'location',
  commands: [{ command: 'busqueda_centro', description: 'Buscar por ubicacion' }],
  handlers,
}
