import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Account, type AccountSettings, createAccount } from './account.ts'
import { type BotAccount, createBotAccount } from './bot.ts'
import { answer, serveFile } from './exchange.ts'

export interface TelegramOptions extends Partial<AccountSettings> {
  /** A free one by default. */
  port?: number
  host?: string
  /** Every answer comes this much later, ms. */
  latencyMs?: number
  /** PEM. */
  tls?: { key: string | Buffer; cert: string | Buffer }
}

export interface Telegram extends AsyncDisposable {
  /** The value for TELEGRAM_API_ROOT. */
  readonly url: string
  /** The token of a bot of its own. */
  newToken(): string
  /** Created at first use. */
  bot(token: string): BotAccount
  /** Nobody listens on the port any more and every connection is cut; goOnline() ends it. */
  goOffline(): Promise<void>
  goOnline(): Promise<void>
  close(): Promise<void>
}

/** The back-off of Telegram's server: 0, 2, 4, … 64 s. */
const webhookRetryMs = (failures: number) => (failures === 0 ? 0 : Math.min(1000 * 2 ** failures, 64_000))

const PATH = /^\/(file\/)?bot(\d+:[\w-]+)\/([^?]+)\??(.*)$/

/** Starts a stand-in of Telegram's Bot API: its wire format and its rules, bots and people as tests want them. */
export async function startTelegram(options: TelegramOptions = {}): Promise<Telegram> {
  const { host = '127.0.0.1', latencyMs = 0, tls } = options
  const settings: AccountSettings = {
    record: options.record ?? true,
    conflictPauseMs: options.conflictPauseMs ?? 3000,
    webhookRetryMs: options.webhookRetryMs ?? webhookRetryMs,
    webhookTimeoutMs: options.webhookTimeoutMs ?? 60_000,
    webhookRoute: options.webhookRoute ?? ((url) => url),
  }
  const bots = new Map<string, { account: Account; seen: BotAccount }>()

  const find = (token: string) => {
    let bot = bots.get(token)
    if (!bot) {
      const account = createAccount(Number.parseInt(token, 10), settings)
      bot = { account, seen: createBotAccount(account) }
      bots.set(token, bot)
    }
    return bot
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const [, file, token = '', name = '', query = ''] = PATH.exec(request.url ?? '') ?? []
    const account = token === '' ? undefined : find(token).account
    if (file) serveFile(account, name, response)
    else void answer(account, name, query, request, response, latencyMs)
  }
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  // Longer than a client keeps an idle connection, so that none is cut in the moment of its reuse.
  server.keepAliveTimeout = 75_000

  const listen = async (port: number) => {
    server.listen(port, host)
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stopListening = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const port = await listen(options.port ?? 0)

  const telegram: Telegram = {
    url: `${tls ? 'https' : 'http'}://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    newToken: () => `${randomInt(1_000_000_000, 9_999_999_999)}:${randomBytes(26).toString('base64url')}`,
    bot: (token) => find(token).seen,
    goOffline: stopListening,
    goOnline: async () => void (await listen(port)),
    async close() {
      for (const { account } of bots.values()) account.webhook.delete()
      if (server.listening) await stopListening()
    },
    [Symbol.asyncDispose]: () => telegram.close(),
  }
  return telegram
}
