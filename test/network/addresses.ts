import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

/** An address whose kernel drops the first packet of every new connection while it is blocked, as a far or dead one does. */
export interface Address {
  host: string
  /** From now on it accepts what has waited, and all that comes. */
  open(): void
  close(): Promise<void>
}

/**
 * Listens where the queue of new connections is full already: a SYN that is dropped is sent again after a second.
 *
 * @param target port of 127.0.0.1 that gets what comes once it is open
 */
export async function startBlockedAddress(host: string, port: number, target: number): Promise<Address> {
  const isOpen = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL('addressWorker.ts', import.meta.url), {
    workerData: { host, port, target, isOpen },
  })
  await once(worker, 'message') // listening, and blocked from now on
  const fillers: Socket[] = []
  // Its queue holds two connections; those that get no answer are beyond it.
  for (let n = 0; n < 4; n++) fillers.push(connect(port, host).on('error', () => {}))
  await new Promise((resolve) => setTimeout(resolve, 50))
  return {
    host,
    open() {
      for (const filler of fillers) filler.destroy()
      Atomics.store(isOpen, 0, 1)
      Atomics.notify(isOpen, 0)
    },
    async close() {
      for (const filler of fillers) filler.destroy()
      await worker.terminate()
    },
  }
}
