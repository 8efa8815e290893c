import type { ServerResponse } from 'node:http'

/** One stream of server-sent events to every open page. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface Feed {
  /** How many pages are open. */
  readonly size: number
  /** Gives a page everything so far, then whatever comes. */
  connect(response: ServerResponse): void
  send(event: string, data: unknown): void
  close(): void
}

/** @param everything what a page needs that is opened, or comes back, now: the event `everything` */
export function createFeed(everything: () => unknown): Feed {
  const pages = new Set<ServerResponse>()
  const frame = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

  return {
    get size() {
      return pages.size
    },
    connect(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`retry: 1000\n${frame('everything', everything())}`)
      pages.add(response)
      response.on('close', () => pages.delete(response))
    },
    send(event, data) {
      for (const page of pages) page.write(frame(event, data))
    },
    close() {
      for (const page of pages) page.end()
    },
  }
}
