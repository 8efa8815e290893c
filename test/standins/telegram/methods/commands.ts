import { badRequest } from '../errors.ts'
import { type Payload, string } from '../payload.ts'
import type { BotCommand } from '../types.ts'
import type { Method } from './method.ts'

const audience = (scope: unknown, language = '') => JSON.stringify([scope ?? { type: 'default' }, language])
const audienceOf = (payload: Payload) => audience(payload.scope, string(payload, 'language_code'))

/** The default scope, every language. */
export const FOR_EVERYBODY = audience(undefined)

/** The bot itself and its menu of commands. @see https://core.telegram.org/bots/api#setmycommands */
export const commands: Record<string, Method> = {
  getMe: (account) => ({
    ...account.me,
    can_join_groups: true,
    can_read_all_group_messages: true,
    supports_inline_queries: true,
    supports_guest_queries: true,
    can_connect_to_business: true,
    has_topics_enabled: true,
    has_main_web_app: false,
  }),

  setMyCommands(account, payload) {
    if (!Array.isArray(payload.commands)) throw badRequest('parameter "commands" is required')
    const list = payload.commands.map(checked)
    account.commands.set(audienceOf(payload), list)
    account.emit({ type: 'commands', commands: list })
    return true
  },

  getMyCommands: (account, payload) => account.commands.get(audienceOf(payload)) ?? [],

  deleteMyCommands(account, payload) {
    account.commands.delete(audienceOf(payload))
    account.emit({ type: 'commands', commands: [] })
    return true
  },

  logOut: () => true,
  close: () => true,
}

function checked({ command, description, is_ephemeral }: BotCommand): BotCommand {
  const name = String(command ?? '').replace(/^\//, '')
  if (!/^[a-z0-9_]{1,32}$/.test(name)) throw badRequest('BOT_COMMAND_INVALID')
  if (typeof description !== 'string' || description.length < 1 || description.length > 256) {
    throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID')
  }
  return { command: name, description, ...(is_ephemeral && { is_ephemeral }) }
}
