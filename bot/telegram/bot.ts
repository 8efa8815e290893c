import { Composer, Context, type MiddlewareFn, Telegram } from 'telegraf'
import type { Update, UserFromGetMe } from 'telegraf/types'
import type { Logger } from 'winston'
import type { Feature } from '../features/feature.ts'
import type { Api } from './api.ts'
import {
  type Audience,
  commandLength,
  createAudience,
  isFromBot,
  isFromPerson,
  withLowerCaseCommand,
} from './audience.ts'
import { cannotReply } from './outcome.ts'
import { type Send, sendAnswer } from './place.ts'
import { kindOf, kindsOf, messageOf, subjectOf } from './update.ts'
import { logUpdates, type UpdateRecord } from './updateLog.ts'

export interface Bot {
  /** Lets the features answer an update and logs one line about it. Never rejects. */
  handle(update: Update): Promise<void>
  /** Tells the person of a dropped update, if there is one who waits for an answer, that messages come too fast. */
  notifySlowDown(dropped: Update): boolean
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
  onUpdate: (record: UpdateRecord) => void
}): Bot {
  const { token, me, api, apiRoot, features, logger } = settings
  const audience = createAudience(me)
  // Telegraf's own class would make a client for every update, and add a deadline that the receiver's makes useless.
  const client = new Telegram(token, { apiRoot: `${apiRoot}/`, webhookReply: false })

  const bot = new Composer(
    logUpdates({ ...settings, onFailure: apologize }),
    ignoreBots,
    answerPress(logger),
    lowerCaseCommand,
    ...features.map((feature) => handler(feature, audience)),
    leaveUnhandled,
  )

  function createContext(update: Update): Context {
    const telegram: Telegram = Object.create(client)
    const ctx = new BotContext(update, telegram, me)
    const send = sender((chatId) => {
      ctx.state.migrated_to_chat_id = chatId
    })
    telegram.callApi = (method, payload) => sendAnswer(update, method, payload as never, send) as never
    return ctx
  }

  function sender(onMigrated: (chatId: number) => void): Send {
    return (method, payload) => api.call(method as 'sendMessage', payload as never, { onMigrated })
  }

  /** Writes to the person of an update, where that came from. Never rejects. */
  async function notify(update: Update, text: string): Promise<void> {
    const { update_id, chat_id } = subjectOf(update)
    const guest_query_id = messageOf(update)?.guest_query_id
    const send = sender((migrated_to_chat_id) =>
      logger.info('chat migrated', { update_id, chat_id, migrated_to_chat_id }),
    )
    const article = { type: 'article', id: '1', title: text, input_message_content: { message_text: text } }
    try {
      if (guest_query_id !== undefined) await send('answerGuestQuery', { guest_query_id, result: article })
      else if (chat_id !== undefined) await sendAnswer(update, 'sendMessage', { chat_id, text }, send)
    } catch (error) {
      logger.warn('notice not sent', { update_id, chat_id, error })
    }
  }

  async function apologize({ update }: Context, error: unknown): Promise<void> {
    if (cannotReply(error) || !isFromPerson(update) || !audience.claimAnswer(update)) return
    await notify(update, `Uh! Algo salió mal. Probá de nuevo en un rato. (código ${update.update_id})`)
  }

  const respond = bot.middleware()
  const nobodyElse = () => Promise.resolve()
  return {
    handle: async (update) => void (await respond(createContext(update), nobodyElse)),
    notifySlowDown(dropped) {
      const isAsked = audience.isAsked(dropped) || (isFromPerson(dropped) && commandLength(dropped) > 0)
      if (isAsked) void notify(dropped, 'Esperá un poco, estoy con tus mensajes anteriores.')
      return isAsked
    },
  }
}

/** Telegraf's msg, chat, from and reply() look for a message here last: those of later kinds are found here. */
class BotContext extends Context {
  override get editedChannelPost() {
    return super.editedChannelPost ?? (messageOf(this.update) as never)
  }
}

const ignoreBots: MiddlewareFn<Context> = async (ctx, next) => {
  if (!isFromBot(ctx.update)) await next()
}

/** Here rather than in each feature: a press without an answer leaves the person's button waiting. */
function answerPress(logger: Logger): MiddlewareFn<Context> {
  return async (ctx, next) => {
    if (ctx.callbackQuery) {
      await ctx
        .answerCbQuery()
        .catch((error) => logger.warn('press not answered', { ...subjectOf(ctx.update), error }))
    }
    return next()
  }
}

const lowerCaseCommand: MiddlewareFn<Context> = (ctx, next) => {
  Object.assign(ctx, { update: withLowerCaseCommand(ctx.update) })
  return next()
}

/** A feature's handlers, for the updates that it declares. */
function handler(feature: Feature, { isAsked, claimAnswer }: Audience): MiddlewareFn<Context> {
  const kinds = new Set<string>(kindsOf(feature))
  const handle = Composer.unwrap(feature.handlers)
  return (ctx, next) => {
    const { update, state } = ctx
    if (!kinds.has(kindOf(update))) return next()
    if (feature.onlyIfAsked && !(isAsked(update) && claimAnswer(update))) return next()
    state.feature = feature.name
    return handle(ctx, next)
  }
}

const leaveUnhandled: MiddlewareFn<Context> = async ({ state }) => {
  state.feature = undefined
}
