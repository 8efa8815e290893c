import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export interface PortForward {
  /** Of this end, on loopback. */
  url: string
  /** Rejects with kubectl's words when it ends by itself. */
  ended: Promise<void>
  close(): void
}

/**
 * Opens a way from this machine to a port of a Service, by kubectl.
 *
 * @param localPort a free one when empty
 * @throws Error with kubectl's words when there is no way
 */
export async function portForward(
  { context = '', namespace }: { context?: string; namespace: string },
  target: string,
  port: number,
  localPort = '',
): Promise<PortForward> {
  const place = ['--context', context, '--namespace', namespace]
  const child = spawn('kubectl', [...place, 'port-forward', target, `${localPort}:${port}`])
  const words = text(child.stderr)
  let closing = false
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', () => reject(new Error('kubectl is not on PATH')))
    child.once('close', async () => (closing ? resolve() : reject(new Error((await words).trim()))))
  })
  // Whoever does not wait for the end need not hear of it.
  ended.catch(() => {})
  const opened = new Promise<string>((resolve) => {
    // It says something for every connection; only the first line has the address.
    child.stdout.setEncoding('utf8').on('data', (said: string) => {
      const [, address] = /^Forwarding from (127\.0\.0\.1:\d+)/m.exec(said) ?? []
      if (address) resolve(`http://${address}`)
    })
  })
  const close = () => {
    closing = true
    child.kill()
  }
  return { url: await Promise.race([opened, ended.then(() => '')]), ended, close }
}
