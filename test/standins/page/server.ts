import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { json } from 'node:stream/consumers'
import type { BotAccount } from '../telegram/bot.ts'
import { readAsset } from './assets.ts'
import { createChats } from './chats.ts'
import { createFeed } from './feed.ts'
import { HEADERS, refusal } from './guard.ts'
import { followLogs } from './tail.ts'

/** How many lines a page that is opened gets. */
const LATEST_LINES = 1000

/** What became of the bot's process, shown among its lines. */
export interface Note {
  /** Milliseconds since 1970. */
  at: number
  state: 'running' | 'stopping' | 'exited'
  text: string
  /** What the process said last, where that matters. */
  detail?: string
}

export interface Page {
  readonly url: string
  note(note: Note): void
  close(): Promise<void>
}

export interface PageOptions {
  bot: BotAccount
  /** Folder whose `*.log` files are followed. */
  logDir: string
  /** As it is shown. */
  logName: string
  /** What an empty log says. */
  hint: string
  host: string
  /** Tried in turn. */
  ports: number[]
}

/** Starts the page: a chat with the bot on one side, the lines that it writes on the other. */
export async function startPage(options: PageOptions): Promise<Page> {
  const { bot, logDir, logName, hint, host } = options
  const entries: (string | Note)[] = []
  let note: Note | undefined

  const feed = createFeed(() => ({
    bot: bot.username,
    commands: bot.commands,
    chats: chats.list(),
    log: { name: logName, hint, entries },
    note,
  }))
  const chats = createChats(bot, feed.send)
  const write = (added: (string | Note)[]) => {
    entries.push(...added)
    entries.splice(0, entries.length - LATEST_LINES)
    feed.send('entries', added)
  }
  const tail = await followLogs(logDir, write)

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const refused = refusal(request)
    const { pathname } = new URL(request.url ?? '/', 'http://page')
    if (refused) reply(response, 403, refused)
    else if (request.method === 'POST' && pathname === '/deeds') await act(chats.act, request, response)
    else if (request.method !== 'GET') reply(response, 405, 'Only GET, and POST of /deeds.')
    else if (pathname === '/feed') feed.connect(response)
    else {
      const asset = await readAsset(pathname === '/' ? '/index.html' : pathname)
      if (asset) response.writeHead(200, { 'content-type': asset.type }).end(asset.bytes)
      else reply(response, 404, 'Not found.')
    }
  }
  const server = createServer((request, response) => {
    listener(request, response).catch(() => response.destroy())
  })
  const port = await listen(server, host, options.ports)

  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : isIPv6(host) ? `[${host}]` : host}:${port}`,
    note(latest) {
      note = latest
      write([latest])
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      feed.close()
      server.closeAllConnections()
      await Promise.all([closed, tail.stop()])
    },
  }
}

async function listen(
  server: ReturnType<typeof createServer>,
  host: string,
  ports: number[],
): Promise<number> {
  for (const [index, port] of ports.entries()) {
    try {
      server.listen(port, host)
      await once(server, 'listening')
      break
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!taken || index === ports.length - 1) throw error
    }
  }
  return (server.address() as AddressInfo).port
}

async function act(
  perform: (posted: unknown) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    perform(await json(request))
    response.writeHead(204).end()
  } catch (error) {
    reply(response, 400, (error as Error).message)
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}
