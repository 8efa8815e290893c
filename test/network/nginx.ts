import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCertificate } from '../support/certificate.ts'
import { freePort } from '../support/ports.ts'

export interface NginxOptions {
  /** http://127.0.0.1:<port> of what stands behind it. */
  upstream: string
  /** nginx ends a connection in an orderly way after so many; 1,000 is its default. */
  keepaliveRequests?: number
  /** Of an idle connection. */
  keepaliveSeconds?: number
}

/** A front as Telegram's: TLS, HTTP/2 for whoever asks for it, and connections that end in an orderly way. */
export interface Nginx {
  url: string
  /** Its certificate: a value for NODE_EXTRA_CA_CERTS. */
  certificate: string
  /** New workers; the old ones finish what they have and close what is idle. */
  reload(): void
  /** Ends as `systemctl stop` does: what is under way is finished, and nobody new gets in. */
  quit(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export const hasNginx = isInstalled('nginx')

export function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    console.log(`${program} is not installed: what needs it is left out`)
    return false
  }
}

/** Starts Debian's nginx in a folder of its own. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const dir = mkdtempSync(join(tmpdir(), 'nginx-'))
  const { file: certificate } = createCertificate(dir)
  mkdirSync(join(dir, 'temp'))
  const port = await freePort()
  const file = join(dir, 'nginx.conf')
  writeFileSync(file, configuration(dir, port, options))
  const running = new Set<ChildProcess>()
  let nginx: ChildProcess | undefined

  const nginxServer: Nginx = {
    url: `https://127.0.0.1:${port}`,
    certificate,
    reload: () => void nginx?.kill('SIGHUP'),
    async start() {
      const child = spawn('nginx', ['-p', dir, '-e', join(dir, 'error.log'), '-c', file], {
        stdio: 'inherit',
      })
      running.add(child.once('exit', () => running.delete(child)))
      nginx = child
      while (!(await accepts(port))) {
        if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
        await sleep(10)
      }
    },
    async quit() {
      nginx?.kill('SIGQUIT')
      while (await accepts(port)) await sleep(10)
    },
    async close() {
      const ends = [...running].map((child) => once(child, 'exit'))
      for (const child of running) child.kill('SIGTERM')
      await Promise.all(ends)
      rmSync(dir, { recursive: true })
    },
  }
  await nginxServer.start()
  return nginxServer
}

export function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}

function configuration(dir: string, port: number, options: NginxOptions): string {
  const { upstream, keepaliveRequests = 1000, keepaliveSeconds = 75 } = options
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path temp/${of};`)
  return `
daemon off; pid nginx.pid; error_log error.log; worker_processes 1;
events { worker_connections 4096; }
http {
  access_log off; ${temp.join(' ')}
  keepalive_requests ${keepaliveRequests}; keepalive_timeout ${keepaliveSeconds}s;
  upstream telegram { server ${new URL(upstream).host}; keepalive 64; }
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${dir}/cert.pem; ssl_certificate_key ${dir}/key.pem;
    client_max_body_size 50m;
    location / { proxy_pass http://telegram; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 100s; }
  }
}
`
}
