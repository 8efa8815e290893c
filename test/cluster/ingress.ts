import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { Cluster } from './cluster.ts'

/** Stands in for an Ingress controller: a pod of a namespace of its own, and the way to it from this machine. */
export interface Ingress {
  /** Answers for the bot's Service. */
  url: string
  remove(): Promise<void>
}

/**
 * A forward of each request to the Service: over the connection that an answer left open, and every other time over one
 * of its own, for the Service chooses a pod for each connection.
 */
const PROXY = `
  const kept = new http.Agent({ keepAlive: true })
  let requests = 0
  http.createServer((request, response) => {
    const { method, url: path, headers } = request
    const agent = requests++ % 2 === 0 && kept
    const forward = http.request({ host: process.argv[1], method, path, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers)
      answer.pipe(response)
    })
    forward.on('error', () => response.writeHead(502).end())
    request.pipe(forward)
  }).listen(8080)`

/** @param service host name of the Service within the cluster */
export async function startIngress(
  { kubectl, context }: Cluster,
  { namespace, image, service }: { namespace: string; image: string; service: string },
): Promise<Ingress> {
  const container = {
    name: 'ingress',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-e', PROXY, service],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  }
  const spec = { terminationGracePeriodSeconds: 0, containers: [container] }
  const overrides = JSON.stringify({ apiVersion: 'v1', spec })
  const within = ['--namespace', namespace]
  let forward: ChildProcessByStdio<null, Readable, null> | undefined
  async function remove(): Promise<void> {
    forward?.kill()
    await kubectl('delete', 'namespace', namespace, '--ignore-not-found')
  }
  try {
    await kubectl('create', 'namespace', namespace)
    await kubectl('run', 'ingress', ...within, '--image', image, '--overrides', overrides)
    await kubectl('wait', ...within, '--for', 'condition=Ready', 'pod/ingress', '--timeout', '180s')
    forward = spawn('kubectl', ['--context', context, ...within, 'port-forward', 'pod/ingress', ':8080'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(forward, 'close').then(([code]) =>
      Promise.reject(new Error(`port-forward ended: ${code}`)),
    )
    const [said] = await Promise.race([once(forward.stdout, 'data'), ended])
    const [, address] = /^Forwarding from (127\.0\.0\.1:\d+)/m.exec(String(said)) ?? []
    // It says something for every connection.
    forward.stdout.resume()
    return { url: `http://${address}`, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
