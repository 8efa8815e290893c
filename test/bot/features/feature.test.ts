import { Composer, Context, Telegram } from 'telegraf'
import type { Update, UserFromGetMe } from 'telegraf/types'
import { expect, test } from 'vitest'
import { KINDS } from '../../../bot/features/botApi.ts'
import type { Feature } from '../../../bot/features/feature.ts'
import { createFeatures } from '../../../bot/features/index.ts'
import { kindsOf } from '../../../bot/telegram/update.ts'
import { startChat } from './chat.ts'

/** The kinds that a feature's handlers look for in an update. */
async function kindsSoughtBy({ handlers }: Feature): Promise<string[]> {
  const sought = new Set<unknown>()
  const update = new Proxy({ update_id: 1 } as Update, { has: (_, key) => Boolean(sought.add(key)) && false })
  const ctx = new Context(update, new Telegram('1:x'), { username: 'b' } as UserFromGetMe)
  const nobodyElse = async () => {}
  const run = async () => Composer.unwrap(handlers)(ctx, nobodyElse)
  await run().catch(() => {}) // a reply fails: there is no chat
  // For the sake of subtypes such as on('text') telegraf looks for a message, whatever it is asked for.
  return KINDS.filter((kind) => sought.has(kind) && kind !== 'message')
}

const features = createFeatures({ timeZone: 'UTC', version: '1', now: () => 0 })

test.for(features.map((feature) => [feature.name, feature] as const))(
  '%s declares every kind that its handlers listen to',
  async ([, feature]) => {
    const declared: string[] = kindsOf(feature)
    expect((await kindsSoughtBy(feature)).filter((kind) => !declared.includes(kind))).toEqual([])
  },
)

test('a kind that is not declared is found', async () => {
  const handlers = new Composer().on('inline_query', () => {}).action('x', () => {})
  expect(await kindsSoughtBy({ name: 'silent', handlers })).toEqual(['inline_query', 'callback_query'])
})

test('a feature gets what it declares and nothing else, though the bot asks for more', async () => {
  const heard: string[] = []
  const listener = (name: string) =>
    new Composer().on('inline_query', (_, next) => {
      heard.push(name)
      return next()
    })
  const { account, ...chat } = await startChat([
    { name: 'forgetful', handlers: listener('forgetful') },
    { name: 'declared', kinds: ['inline_query'], handlers: listener('declared') },
  ])
  await chat.outcomeOf(account.person().inlineQuery('hola'))
  expect(heard).toEqual(['declared'])
})

test('Telegram is asked for the kinds of all features', async () => {
  const { account } = await startChat([
    { name: 'reactions', kinds: ['message_reaction'], handlers: () => {} },
  ])
  const { payload } = await account.waitForCall('getUpdates')
  expect(payload.allowed_updates).toEqual(['message', 'message_reaction', 'callback_query'])
})
