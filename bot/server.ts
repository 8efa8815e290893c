import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { EXIT, Fatal } from './fatal.ts'
import type { Health } from './health.ts'

export interface HttpServer {
  /** Adds a path; until then it is 404. */
  route(path: string, handler: Handler): void
  /** The one that was asked for, or the one that was free where that was 0. */
  port: number
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Serves /livez, /readyz and /metrics on all interfaces: the kubelet comes from outside the pod.
 *
 * @returns the server once it listens
 * @throws Fatal when the port cannot be had
 */
export async function serve(port: number, health: Health, registry: Registry): Promise<HttpServer> {
  const routes = new Map<string, Handler>([
    ['/livez', async (_request, response) => say(response, health.isAlive())],
    ['/readyz', async (_request, response) => say(response, health.isReady())],
    [
      '/metrics',
      async (_request, response) => {
        const text = await registry.metrics()
        response.writeHead(200, { 'content-type': registry.contentType }).end(text)
      },
    ],
  ])
  // Longer than an Ingress keeps an idle connection (nginx: 60 s), so that none is cut in the moment of its reuse.
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    const handle = routes.get(request.url?.split('?')[0] ?? '')
    if (!handle) return void response.writeHead(404).end()
    // A request that breaks off while it is read has nobody left to answer.
    handle(request, response).catch(() => response.destroy())
  })
  server.listen(port)
  await once(server, 'listening').catch((error) => {
    throw new Fatal(`PORT ${port} cannot be used (${error.code}): set another one`, EXIT.configuration)
  })
  return {
    route: (path, handler) => void routes.set(path, handler),
    port: (server.address() as AddressInfo).port,
  }
}

function say(response: ServerResponse, yes: boolean): void {
  response.writeHead(yes ? 200 : 503, { 'content-type': 'text/plain' }).end(yes ? 'ok\n' : 'no\n')
}
