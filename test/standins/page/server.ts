import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { json } from 'node:stream/consumers'
import * as v from 'valibot'
import type { Telegram } from '../telegram/server.ts'
import { createChats } from './actions.ts'
import { readAsset } from './assets.ts'
import { createFeed } from './feed.ts'
import { followFigures } from './figures.ts'
import { HEADERS, refusal } from './guard.ts'
import { createLines } from './lines.ts'
import { followLogs } from './tail.ts'
import { createWeather, weatherKind } from './weather.ts'

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
  telegram: Telegram
  /** Of the bot that the page talks to. */
  token: string
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
  const { telegram, token, logDir, logName, hint, host } = options
  const bot = telegram.bot(token)
  const lines = createLines()
  let note: Note | undefined

  const feed = createFeed(() => ({
    bot: bot.username,
    commands: bot.commands,
    chats: chats.list(),
    log: { name: logName, hint, ...lines.latest() },
    note,
    weather: weather.now,
    figures: figures.recent,
  }))
  const chats = createChats(bot, feed.send)
  const weather = createWeather({ telegram, token, bot }, (kind) => feed.send('weather', kind))
  const write = (added: (string | Note)[]) => {
    lines.add(added)
    feed.send('entries', added)
  }
  const tail = await followLogs(logDir, write)
  const figures = followFigures(bot, {
    url: () => lines.metricsUrl,
    watched: () => feed.size > 0,
    onFigures: (latest) => feed.send('figures', latest),
  })
  const act = async (posted: unknown) => {
    const change = v.safeParse(v.object({ do: v.literal('weather'), kind: weatherKind }), posted)
    if (change.success) void weather.change(change.output.kind)
    else chats.act(posted)
  }

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    const refused = refusal(request)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page')
    if (refused) reply(response, 403, refused)
    else if (request.method === 'POST' && pathname === '/actions') await perform(act, request, response)
    else if (request.method !== 'GET') reply(response, 405, 'Only GET, and POST of /actions.')
    else if (pathname === '/feed') feed.connect(response)
    else if (pathname === '/lines') {
      const older = lines.before(Number(searchParams.get('before')))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(older))
    } else {
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
      figures.stop()
      feed.close()
      server.closeAllConnections()
      await Promise.all([closed, tail.stop(), weather.close()])
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

async function perform(
  act: (posted: unknown) => Promise<void>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await act(await json(request))
    response.writeHead(204).end()
  } catch (error) {
    reply(response, 400, (error as Error).message)
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}
