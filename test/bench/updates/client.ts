import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** Updates that a client may work on at a time, where it lets one choose. */
export const CONCURRENCY = 256

/** A program that answers /start, run as a process of its own. */
export interface Client {
  name: string
  script: string
  webhook?: boolean
}

export const CLIENTS = [
  { name: 'telegraf, launch()', script: 'test/bench/updates/telegraf.ts' },
  { name: 'grammY + runner', script: 'test/bench/updates/grammy.ts' },
  { name: '**bitácora**, polling', script: 'bot/main.ts' },
  { name: '**bitácora**, webhook', script: 'bot/main.ts', webhook: true },
  { name: 'undici alone', script: 'test/bench/updates/undici.ts' },
] as const satisfies Client[]

export interface RunningClient {
  pid: number | undefined
  /** User and system time of all threads so far, µs. */
  cpu(): Promise<number>
  /** Rejects if the client ends by itself. */
  ended: Promise<never>
  stop(): Promise<void>
}

const ROOT = new URL('../../..', import.meta.url).pathname
const PRELOAD = new URL('cpu.ts', import.meta.url).href

/** Starts a client on the first core, with its standard output read as a container's is. */
export async function startClient(
  { script, webhook }: Client,
  env: Record<string, string>,
  nodeArgs: string[],
): Promise<RunningClient> {
  const [pin = process.execPath, ...pinned] = [...onCore(0), process.execPath]
  const child = spawn(pin, [...pinned, '--import', PRELOAD, ...nodeArgs, script], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      CONCURRENCY: String(CONCURRENCY),
      ...(webhook ? await webhookEnv() : { PORT: '0' }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  child.stdout?.resume()
  const exit = once(child, 'exit')
  const ended = exit.then(([code]) => Promise.reject(new Error(`${script} ended with ${code}`)))
  ended.catch(() => {})
  return {
    pid: child.pid,
    ended,
    async cpu() {
      child.send('cpu')
      const [microseconds] = await once(child as ChildProcess, 'message')
      return microseconds as number
    },
    async stop() {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await exit
      clearTimeout(patience)
    },
  }
}

/** Moves this process, which holds the stand-in of Telegram, off the client's core. */
export function leaveCoreToClient(): void {
  const [taskset, ...rest] = onCore(1)
  if (taskset) execFileSync(taskset, ['-a', '-p', ...rest, String(process.pid)], { stdio: 'ignore' })
}

/** Empty where there is no taskset: the operating system places the processes then. */
function onCore(core: number): string[] {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return ['taskset', '-c', String(core)]
  } catch {
    return []
  }
}

async function webhookEnv(): Promise<Record<string, string>> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const PORT = String((server.address() as AddressInfo).port)
  server.close()
  return { RECEIVE: 'webhook', PORT, WEBHOOK_URL: `http://127.0.0.1:${PORT}/telegram` }
}
