// The thread of addresses.ts: it listens with hardly any queue and accepts nobody until it is opened.
import { connect, createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const { host, port, target, isOpen } = workerData as {
  host: string
  port: number
  target: number
  isOpen: Int32Array
}

const server = createServer((socket) => {
  const upstream = connect(target, '127.0.0.1')
  for (const end of [socket, upstream]) end.on('error', () => upstream.destroy())
  socket.pipe(upstream).pipe(socket)
})
server.listen({ host, port, backlog: 1 }, () => {
  parentPort?.postMessage('listening')
  Atomics.wait(isOpen, 0, 0)
})
