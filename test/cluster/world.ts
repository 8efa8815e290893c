import { randomUUID } from 'node:crypto'
import { type Sumo, startSumo } from '../standins/sumo/backend.ts'
import type { BotAccount } from '../standins/telegram/bot.ts'
import type { Person } from '../standins/telegram/person.ts'
import { startTelegram, type Telegram } from '../standins/telegram/server.ts'
import type { Cluster } from './cluster.ts'
import { type BotStack, createStack } from './stack.ts'

/** A stack of its own, and what its bot and its collector meet outside the cluster. */
export interface World {
  cluster: Cluster
  stack: BotStack
  telegram: Telegram
  sumo: Sumo
  /** The bot's side of Telegram. */
  bot: BotAccount
  image: string
  /** Leads what Telegram posts to the address of a webhook to this one. */
  routeWebhook(url: string): void
  /** Removes all of it. */
  end(): Promise<void>
}

/** The addresses of the stand-ins as the pods see them. */
export interface Addresses {
  sumoEndpoint: string
  sumoUrl: string
  sumoInstallationToken: string
}

/**
 * Starts the stand-ins of Telegram and Sumo Logic, makes a stack whose bot polls the one and whose collector sends to
 * the other, and brings the bot's image to the cluster. `world.stack.up()` is the test's.
 */
export async function createWorld(
  cluster: Cluster,
  settings: (addresses: Addresses) => Record<string, string>,
): Promise<World> {
  let webhookUrl = ''
  const telegram = await startTelegram({ host: '0.0.0.0', webhookRoute: () => webhookUrl })
  const sumo = await startSumo({ host: '0.0.0.0' })
  const fromPods = (url: string) => url.replace('127.0.0.1', cluster.host)
  const token = telegram.newToken()
  const stack = await createStack(cluster, {
    telegramToken: token,
    telegramApiRoot: fromPods(telegram.url),
    ...settings({
      sumoEndpoint: fromPods(sumo.sourceUrl),
      sumoUrl: fromPods(sumo.url),
      sumoInstallationToken: sumo.installationToken,
    }),
  })
  async function end(): Promise<void> {
    try {
      await stack.remove()
    } finally {
      await Promise.all([telegram.close(), sumo.close()])
    }
  }
  try {
    const image = await stack.buildImage()
    const routeWebhook = (url: string) => {
      webhookUrl = url
    }
    return { cluster, stack, telegram, sumo, bot: telegram.bot(token), image, routeWebhook, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Fewer than the bot takes from one chat before it asks for patience. */
const AT_A_TIME = 10

/** So many messages, each with its reply; a bot that starts again is waited for. @returns the update_ids */
export async function chat(person: Person, messages: number, timeoutMs = 60_000): Promise<number[]> {
  const updates: number[] = []
  while (updates.length < messages) {
    const names = Array.from({ length: Math.min(AT_A_TIME, messages - updates.length) }, () => randomUUID())
    updates.push(...names.map((name) => person.send(`/say_hi ${name}`)))
    for (const name of names) await person.waitForReply(`Hola, ${name}`, timeoutMs)
  }
  return updates
}

/** Messages and replies without a pause, as long as something else lasts. @returns the update_ids */
export async function chatUntil(done: Promise<unknown>, person: Person): Promise<number[]> {
  const updates: number[] = []
  let going = true
  const end = done.finally(() => {
    going = false
  })
  while (going) updates.push(...(await chat(person, AT_A_TIME)))
  await end
  return updates
}
