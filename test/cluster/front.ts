import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { Cluster } from './cluster.ts'

/** An image of nginx; elsewhere than on the lab it can be pulled. */
const { BITACORA_NGINX_IMAGE = 'nginx:1.29-alpine' } = process.env

/** What an Ingress or an HTTPRoute asks of the controller that serves it. */
export interface Route {
  path: string
  /** Any, where none is named. */
  method?: string
  /** Name and port of the Service, in the namespace of the route. */
  service: string
  port: number
}

/** nginx in the place of an Ingress controller or a Gateway: a pod of a namespace of its own, and the way to it. */
export interface Front {
  url: string
  remove(): Promise<void>
}

/** A connection to the Service serves two requests, and then another one is made: a Service chooses a pod for each. */
function configuration({ path, method, service, port }: Route, namespace: string): string {
  return `
    pid /tmp/nginx.pid;
    error_log stderr warn;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path /tmp/${kind};`).join(' ')}
      upstream bot { server ${service}.${namespace}.svc:${port}; keepalive 8; keepalive_requests 2; }
      server {
        listen 8080;
        location / { return 404; }
        location = /health { return 200; }
        location = ${path} {
          ${method ? `if ($request_method != ${method}) { return 405; }` : ''}
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_pass http://bot;
        }
      }
    }`
}

/**
 * @param from the namespace of the route and its Service
 * @param namespace where nginx runs; it is made when it is not there
 */
export async function startFront(
  { kubectl, context }: Cluster,
  { route, from, namespace }: { route: Route; from: string; namespace: string },
): Promise<Front> {
  const within = ['--namespace', namespace]
  const pod = {
    apiVersion: 'v1',
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'front',
          image: BITACORA_NGINX_IMAGE,
          imagePullPolicy: 'IfNotPresent',
          command: ['nginx', '-c', '/front/nginx.conf', '-g', 'daemon off;'],
          readinessProbe: { httpGet: { path: '/health', port: 8080 }, periodSeconds: 1 },
          volumeMounts: [{ name: 'front', mountPath: '/front' }],
        },
      ],
      volumes: [{ name: 'front', configMap: { name: 'front' } }],
    },
  }
  let forward: ChildProcessByStdio<null, Readable, null> | undefined
  async function remove(): Promise<void> {
    forward?.kill()
    await kubectl('delete', 'namespace', namespace, '--ignore-not-found')
  }
  try {
    await kubectl('create', 'namespace', namespace)
    const file = `--from-literal=nginx.conf=${configuration(route, from)}`
    await kubectl('create', 'configmap', 'front', ...within, file)
    const overrides = ['--overrides', JSON.stringify(pod)]
    await kubectl('run', 'front', ...within, '--image', BITACORA_NGINX_IMAGE, ...overrides)
    await kubectl('wait', ...within, '--for', 'condition=Ready', 'pod/front', '--timeout', '180s')
    forward = spawn('kubectl', ['--context', context, ...within, 'port-forward', 'pod/front', ':8080'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(forward, 'close').then(([code]) =>
      Promise.reject(new Error(`port-forward ended: ${code}`)),
    )
    const [said] = await Promise.race([once(forward.stdout, 'data'), ended])
    ended.catch(() => {})
    const [, address] = /^Forwarding from (127\.0\.0\.1:\d+)/m.exec(String(said)) ?? []
    // It says something for every connection.
    forward.stdout.resume()
    return { url: `http://${address}`, remove }
  } catch (error) {
    await remove()
    throw error
  }
}
