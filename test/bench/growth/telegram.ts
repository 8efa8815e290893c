import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

const BATCH = 100
const ME = { id: 1, is_bot: true, first_name: 'Bench', username: 'bench_bot' }

interface Update {
  update_id: number
  message: object
}

/**
 * The least of Telegram that a polling bot needs. The stand-in of the tests remembers every message, and a million of them
 * would be its own growth.
 */
export async function startLeanTelegram() {
  let nextId = 1
  let pending: Update[] = []
  let held: (() => void) | undefined
  let onReply: (chatId: number) => void = () => {}

  function say(response: ServerResponse, result: unknown): void {
    const text = JSON.stringify({ ok: true, result })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  }

  const methods: Record<string, (payload: Record<string, number>, response: ServerResponse) => void> = {
    getMe: (_payload, response) => say(response, ME),
    getWebhookInfo: (_payload, response) => say(response, { url: '' }),
    getMyCommands: (_payload, response) => say(response, []),
    getUpdates({ offset = 0, limit = BATCH, timeout = 0 }, response) {
      const confirmed = pending.findIndex(({ update_id }) => update_id >= offset)
      pending = confirmed === -1 ? [] : pending.slice(confirmed)
      const give = () => {
        held = undefined
        say(response, pending.slice(0, limit))
      }
      if (pending.length > 0 || timeout === 0) return give()
      held = give
      response.once('close', () => {
        if (held === give) held = undefined
      })
    },
    sendMessage({ chat_id = 0, text }, response) {
      onReply(chat_id)
      say(response, { message_id: 1, date: 1, chat: { id: chat_id, type: 'private' }, text })
    },
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const name = pathname.split('/').at(-1) ?? ''
    const query = Object.fromEntries([...searchParams].map(([key, value]) => [key, Number(value)]))
    const payload =
      request.headers['content-length'] === '0' || request.method === 'GET' ? {} : await json(request)
    const method = methods[name] ?? ((_payload, answer) => say(answer, true))
    method({ ...query, ...(payload as Record<string, number>) }, response)
  })
  server.keepAliveTimeout = 75_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** One person writes /start in a private chat. */
    send(chatId: number): void {
      const from = { id: chatId, is_bot: false, first_name: 'Ada' }
      const entities = [{ type: 'bot_command', offset: 0, length: 6 }]
      const chat = { id: chatId, type: 'private', first_name: 'Ada' }
      const message = { message_id: nextId, date: 1, chat, from, text: '/start', entities }
      pending.push({ update_id: nextId++, message })
      held?.()
    },
    /** Updates that the bot has not confirmed. */
    get pending() {
      return pending.length
    },
    onReply(listener: (chatId: number) => void): void {
      onReply = listener
    },
    get polled() {
      return held !== undefined
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type LeanTelegram = Awaited<ReturnType<typeof startLeanTelegram>>
