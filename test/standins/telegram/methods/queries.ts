import { badRequest } from '../errors.ts'
import { flag, string } from '../payload.ts'
import type { Method } from './method.ts'

/** Presses on inline buttons. @see https://core.telegram.org/bots/api#answercallbackquery */
export const queries: Record<string, Method> = {
  answerCallbackQuery(account, payload) {
    const id = string(payload, 'callback_query_id') ?? ''
    const pressed = account.queries.get(id)
    if (!pressed) throw badRequest('query is too old and response timeout expired or query ID is invalid')
    account.queries.delete(id)
    const text = string(payload, 'text')
    const answer = { id, ...(text && { text }), ...(flag(payload, 'show_alert') && { show_alert: true }) }
    account.answered.get(pressed.user_id)?.(answer)
    account.emit({ type: 'answer', ...pressed, answer })
    return true
  },
}
