import type { Update } from 'telegraf/types'
import type { Kind, LaterUpdates } from '../../../bot/features/botApi.ts'

type Content<K extends Kind> = K extends keyof LaterUpdates
  ? LaterUpdates[K]
  : Extract<Update, Record<K, unknown>>[K & keyof Extract<Update, Record<K, unknown>>]

const ana = { id: 7, is_bot: false, first_name: 'Ana' }
const bot = { id: 99, is_bot: true, first_name: 'Bitácora', username: 'bitacora_bot' }
const date = 1_800_000_000
const chat = { id: 7, type: 'private', first_name: 'Ana' } as const
const group = { id: -1001, type: 'supergroup', title: 'Amigos' } as const
const channel = { id: -1002, type: 'channel', title: 'Novedades' } as const
const business_connection_id = 'bc'
const text = { message_id: 1, date, chat, from: ana, text: 'hola' }
const premium = { source: 'premium', user: ana } as const
const member = (status: 'member' | 'left') => ({ status, user: bot }) as const

/**
 * One valid update of each kind: its content, and whom the log names.
 *
 * Fields and their types are those of @grammyjs/types 5.0.0 (update.d.ts and what it imports, November 2026); what
 * @telegraf/types 9.2.1 knows of them is checked by the compiler.
 */
export const SAMPLES: { [K in Kind]: { content: Content<K>; chat_id?: number; user_id?: number } } = {
  message: { content: text, chat_id: 7, user_id: 7 },
  edited_message: { content: { ...text, edit_date: date + 1 }, chat_id: 7, user_id: 7 },
  channel_post: {
    content: { message_id: 1, date, chat: channel, sender_chat: channel, text: 'a' },
    chat_id: -1002,
  },
  edited_channel_post: {
    content: { message_id: 1, date, edit_date: date + 1, chat: channel, sender_chat: channel, text: 'b' },
    chat_id: -1002,
  },
  business_connection: {
    // 9.2.1 still has can_reply, which rights replaced.
    content: {
      id: 'bc',
      user: ana,
      user_chat_id: 7,
      date,
      rights: { can_reply: true },
      is_enabled: true,
    } as object as Content<'business_connection'>,
    chat_id: 7,
    user_id: 7,
  },
  business_message: { content: { ...text, business_connection_id }, chat_id: 7, user_id: 7 },
  edited_business_message: {
    content: { ...text, business_connection_id, edit_date: date + 1 },
    chat_id: 7,
    user_id: 7,
  },
  deleted_business_messages: { content: { business_connection_id, chat, message_ids: [1] }, chat_id: 7 },
  guest_message: {
    content: { message_id: 1, date, chat: group, from: ana, guest_query_id: 'g', text: '@bitacora_bot hola' },
    chat_id: -1001,
    user_id: 7,
  },
  stopped_message_generation: { content: { chat, draft_id: 5 }, chat_id: 7 },
  message_reaction: {
    content: { chat: group, message_id: 1, user: ana, date, old_reaction: [], new_reaction: [] },
    chat_id: -1001,
    user_id: 7,
  },
  message_reaction_count: { content: { chat: channel, message_id: 1, date, reactions: [] }, chat_id: -1002 },
  inline_query: { content: { id: 'i', from: ana, query: 'hola', offset: '' }, user_id: 7 },
  chosen_inline_result: { content: { result_id: '1', from: ana, query: 'hola' }, user_id: 7 },
  callback_query: {
    content: { id: 'c', from: ana, message: { ...text, from: bot }, chat_instance: '1', data: 'tv:jon' },
    chat_id: 7,
    user_id: 7,
  },
  shipping_query: {
    content: {
      id: 's',
      from: ana,
      invoice_payload: 'p',
      shipping_address: {
        country_code: 'AR',
        state: '',
        city: 'Buenos Aires',
        street_line1: 'Florida 1',
        street_line2: '',
        post_code: 'C1005',
      },
    },
    user_id: 7,
  },
  pre_checkout_query: {
    content: { id: 'p', from: ana, currency: 'XTR', total_amount: 1, invoice_payload: 'p' },
    user_id: 7,
  },
  purchased_paid_media: { content: { from: ana, paid_media_payload: 'p' }, user_id: 7 },
  poll: {
    content: {
      id: 'p',
      question: '?',
      options: [],
      total_voter_count: 0,
      is_closed: true,
      is_anonymous: true,
      type: 'regular',
      allows_multiple_answers: false,
    },
  },
  poll_answer: { content: { poll_id: 'p', user: ana, option_ids: [0] }, user_id: 7 },
  my_chat_member: {
    content: { chat, from: ana, date, old_chat_member: member('left'), new_chat_member: member('member') },
    chat_id: 7,
    user_id: 7,
  },
  chat_member: {
    content: {
      chat: group,
      from: ana,
      date,
      old_chat_member: member('left'),
      new_chat_member: member('member'),
    },
    chat_id: -1001,
    user_id: 7,
  },
  chat_join_request: {
    content: { chat: group, from: ana, user_chat_id: 7, date },
    chat_id: -1001,
    user_id: 7,
  },
  chat_boost: {
    content: {
      chat: channel,
      boost: { boost_id: 'b', add_date: date, expiration_date: date + 1, source: premium },
    },
    chat_id: -1002,
    user_id: 7,
  },
  removed_chat_boost: {
    content: { chat: channel, boost_id: 'b', remove_date: date, source: premium },
    chat_id: -1002,
    user_id: 7,
  },
  managed_bot: { content: { user: ana, bot }, user_id: 7 },
  subscription: { content: { user: ana, invoice_payload: 'p', state: 'active' }, user_id: 7 },
}

/** A valid update of a kind. */
export function sample(kind: Kind, update_id = 5): Update {
  return { update_id, [kind]: structuredClone(SAMPLES[kind].content) } as unknown as Update
}
