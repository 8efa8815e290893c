import { Composer, Context, Telegram } from 'telegraf'
import type { Update, UserFromGetMe } from 'telegraf/types'
import type { Logger } from 'winston'
import type { Feature } from '../features/feature.ts'
import type { Api } from './api.ts'
import { LEVEL_OF, mayNotWrite, type Outcome, outcomeOf } from './outcome.ts'
import { contentOf, kindOf, subjectOf } from './update.ts'

export interface Bot {
  /** Lets the features answer an update and logs one line about it. Never rejects. */
  handle(update: Update): Promise<void>
  /** Tells a chat that its messages come faster than they can be answered. Never rejects. */
  askForPatience(chatId: number): Promise<void>
}

/** The features, one log line per update, and an error boundary around all of it. */
export function createBot(settings: {
  token: string
  me: UserFromGetMe
  api: Api
  apiRoot: string
  features: Feature[]
  logger: Logger
  /** Whether the texts of messages, which are personal data, are logged too. */
  logContent: boolean
  onUpdate: (record: { kind: string; outcome: Outcome; seconds: number }) => void
}): Bot {
  const { api, logger, me } = settings

  // Telegraf's own class would make a client for every update, and add a deadline that the receiver's makes useless.
  const client = new Telegram(settings.token, { apiRoot: `${settings.apiRoot}/`, webhookReply: false })
  client.callApi = (method, payload) => api.call(method, payload)
  const bot = new Composer()

  bot.use(async (ctx, next) => {
    const started = performance.now()
    let outcome: Outcome = 'ok'
    let failure: { error: unknown } | undefined
    try {
      await next()
      if (!ctx.state.feature) outcome = 'ignored'
    } catch (error) {
      failure = { error }
      outcome = outcomeOf(error)
    }
    const milliseconds = performance.now() - started
    logger[LEVEL_OF[outcome]](failure ? 'update failed' : 'update handled', {
      ...subjectOf(ctx.update),
      feature: ctx.state.feature,
      duration_ms: Math.round(milliseconds * 10) / 10,
      outcome,
      ...failure,
      ...(settings.logContent ? contentOf(ctx.update) : undefined),
    })
    settings.onUpdate({ kind: kindOf(ctx.update), outcome, seconds: milliseconds / 1000 })
    if (failure && !mayNotWrite(failure.error)) await apologize(ctx.update)
  })

  // Here rather than in each feature: a press without an answer leaves the person's button waiting.
  bot.use(async (ctx, next) => {
    if (ctx.callbackQuery) {
      await ctx
        .answerCbQuery()
        .catch((error) => logger.warn('press not answered', { ...subjectOf(ctx.update), error }))
    }
    return next()
  })

  for (const feature of settings.features) {
    const handle = Composer.unwrap(feature.handlers)
    bot.use((ctx, next) => {
      ctx.state.feature = feature.name
      return handle(ctx, next)
    })
  }
  bot.use((ctx) => {
    ctx.state.feature = undefined
  })

  async function send(chatId: number, text: string, update_id?: number): Promise<void> {
    try {
      await api.call('sendMessage', { chat_id: chatId, text })
    } catch (error) {
      logger.warn('notice not sent', { update_id, chat_id: chatId, error })
    }
  }

  async function apologize(update: Update): Promise<void> {
    const { update_id, chat_id } = subjectOf(update)
    if (chat_id === undefined) return
    await send(chat_id, `Uh! Algo salió mal. Probá de nuevo en un rato. (código ${update_id})`, update_id)
  }

  const answer = bot.middleware()
  const nobodyElse = () => Promise.resolve()
  return {
    handle: async (update) => void (await answer(new Context(update, client, me), nobodyElse)),
    askForPatience: (chatId) => send(chatId, 'Esperá un poco, estoy con tus mensajes anteriores.'),
  }
}
