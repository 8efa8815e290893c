import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import type { TestContext } from 'vitest'
import type { BotAccount } from '../../standins/telegram/bot.ts'
import type { Person } from '../../standins/telegram/person.ts'
import type { Telegram, TelegramOptions } from '../../standins/telegram/server.ts'
import { type BotProcess, startBotProcess } from '../../support/botProcess.ts'
import { startTelegramFor } from '../../support/telegram.ts'

export type Mode = 'polling' | 'webhook'
export const MODES: Mode[] = ['polling', 'webhook']

export interface Setup {
  telegram: Telegram
  token: string
  account: BotAccount
  /** What stands before the pods of a webhook. */
  service: Service
  /** Starts an instance; with a webhook it becomes one of the service's as soon as it listens. */
  start(env?: Record<string, string>): Promise<BotProcess>
}

/** A Telegram with one bot, which is still to be started; everything ends with the test. */
export async function setupBot(t: TestContext, mode: Mode, options: TelegramOptions = {}): Promise<Setup> {
  const { telegram, token, account } = await startTelegramFor(t, {
    webhookRetryMs: (failures) => Math.min(failures * 50, 500),
    ...options,
  })
  const service = await startService()
  t.onTestFinished(service.close)
  const common = { TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url, RECEIVE: mode }

  async function start(env: Record<string, string> = {}): Promise<BotProcess> {
    const bot = startBotProcess({ ...common, WEBHOOK_URL: `${service.url}/telegram`, ...env }, t)
    if (mode === 'webhook') service.add(portOf(await bot.healthUrl()))
    return bot
  }
  return { telegram, token, account, service, start }
}

export interface Service {
  url: string
  add(port: number): void
  remove(port: number): void
  close(): void
}

/** Spreads connections over ports in turn, as a Service of Kubernetes does over its ready pods. */
async function startService(): Promise<Service> {
  const ports: number[] = []
  let turn = 0
  const server = createServer((client) => {
    const port = ports[turn++ % ports.length]
    if (port === undefined) return void client.resetAndDestroy()
    const pod = connect(port, '127.0.0.1')
    for (const [here, there] of [
      [client, pod],
      [pod, client],
    ] as const) {
      here.on('error', () => there.resetAndDestroy())
      here.pipe(there)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (port) => void ports.push(port),
    remove: (port) => void ports.splice(ports.indexOf(port), 1),
    close: () => void server.close(),
  }
}

export function portOf(url: string): number {
  return Number(new URL(url).port)
}

/** A message whose answer nobody else gets. @returns that answer */
export function sayHi(person: Person, name: string): string {
  person.send(`/say_hi ${name}`)
  return `Hola, ${name}`
}

/** Waits until each answer has come, in whatever order. */
export async function waitForAnswers(person: Person, answers: string[]): Promise<void> {
  for (const answer of answers) await person.waitForReply(answer)
}

export function texts(person: Person): string[] {
  return person.replies.map(({ text = '' }) => text)
}

/** The lines about updates, one an update. */
export function updateLines(bot: BotProcess) {
  return bot.lines().filter(({ message }) => message === 'update handled' || message === 'update failed')
}
