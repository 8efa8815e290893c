import * as v from 'valibot'
import type { BotAccount } from '../telegram/bot.ts'
import type { Person } from '../telegram/person.ts'
import type { Message } from '../telegram/types.ts'
import type { UserActions } from '../telegram/userActions.ts'

/** How many messages of a chat a page that is opened gets. */
const LATEST = 200

const whole = v.pipe(v.number(), v.safeInteger())
const where = { chat: whole, as: whole }

const CONTENT = ['album', 'sticker', 'voice', 'contact', 'pin'] as const

/** What a person at the page does, as it is posted. */
const action = v.variant('do', [
  v.object({
    do: v.literal('send'),
    ...where,
    text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(4096)),
  }),
  v.object({ do: v.picklist(CONTENT), ...where }),
  v.object({ do: v.literal('press'), ...where, message: whole, text: v.string(), data: v.string() }),
  v.object({
    do: v.literal('location'),
    ...where,
    latitude: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
    longitude: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  }),
])

/** A message of Telegram's, and for a person's own one the update that brought it to the bot. */
export type PageMessage = Message & { update_id?: number }

export interface Chats {
  /** Every chat with its latest messages. */
  list(): {
    id: number
    title: string
    group: boolean
    people: { id: number; name: string }[]
    messages: PageMessage[]
  }[]
  /** @throws Error in words for the person at the page */
  act(posted: unknown): void
}

/**
 * The chats of the page: two people, one of them without a username, and a group of both.
 * @param emit what every open page is told
 */
export function createChats(bot: BotAccount, emit: (event: string, data: unknown) => void): Chats {
  const marina = bot.person({
    first_name: 'Marina',
    last_name: 'Ríos',
    username: 'marina_rios',
    language_code: 'es',
  })
  const simon = bot.person({ first_name: 'Simón', language_code: 'es' })
  const crew = bot.group('Tripulación', [marina, simon])

  const chats = [
    { id: marina.id, title: 'Marina', group: false, people: [marina], messages: marina.messages },
    { id: simon.id, title: 'Simón', group: false, people: [simon], messages: simon.messages },
    { id: crew.id, title: 'Tripulación', group: true, people: [marina, simon], messages: crew.messages },
  ]
  /** update_id by message. */
  const updates = new WeakMap<Message, number>()
  const traced = (message: Message): PageMessage => {
    const update_id = updates.get(message)
    return update_id === undefined ? message : { ...message, update_id }
  }

  bot.onEvent((event) => {
    if (event.type === 'message' || event.type === 'edit') {
      emit('message', { chat: event.chat_id, message: traced(event.message) })
    } else emit(event.type, event)
  })

  const perform = (asked: v.InferOutput<typeof action>, person: Person, messages: Message[]): number => {
    const actions: UserActions = asked.chat === crew.id ? crew.as(person) : person
    switch (asked.do) {
      case 'send':
        return actions.send(asked.text)
      case 'press':
        return asked.chat === crew.id
          ? actions.press(asked.text)
          : actions.pressData(asked.message, asked.data)
      case 'location':
        return actions.shareLocation(asked.latitude, asked.longitude)
      case 'album':
        return actions.sendAlbum(3, 'El puerto').at(-1) ?? 0
      case 'sticker':
        return actions.sendSticker()
      case 'voice':
        return actions.sendVoice()
      case 'contact':
        return actions.sendContact()
      case 'pin': {
        const last = messages.findLast(
          ({ pinned_message, message_id }) => !pinned_message && message_id !== 0,
        )
        if (!last) throw new Error('There is nothing to pin yet.')
        return actions.pin(last.message_id)
      }
    }
  }

  return {
    list: () =>
      chats.map(({ people, messages, ...chat }) => ({
        ...chat,
        people: people.map(({ id, user }) => ({ id, name: user.first_name })),
        messages: messages.slice(-LATEST).map(traced),
      })),
    act(posted) {
      const parsed = v.safeParse(action, posted)
      if (!parsed.success) throw new Error(v.summarize(parsed.issues))
      const asked = parsed.output
      const chat = chats.find(({ id }) => id === asked.chat)
      const person = chat?.people.find(({ id }) => id === asked.as)
      if (!chat || !person) throw new Error('There is no such chat, or nobody of that id in it.')
      const update_id = perform(asked, person, chat.messages)
      const message = chat.messages.at(-1)
      if (asked.do === 'press' || !message || update_id === 0) return
      updates.set(message, update_id)
      emit('message', { chat: chat.id, message: traced(message) })
    },
  }
}
