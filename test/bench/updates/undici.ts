// The least that receiving and answering can cost with undici: no order, no deadline, no retry, no log, no metrics.
import { Pool } from 'undici'

interface Update {
  update_id: number
  message: { chat: { id: number }; from: { first_name: string } }
}

const { TELEGRAM_TOKEN = '', TELEGRAM_API_ROOT = '', CONCURRENCY } = process.env
const connections = Number(CONCURRENCY)
const pool = new Pool(TELEGRAM_API_ROOT, { connections: connections + 1 })
const headers = { 'content-type': 'application/json' }

async function call(method: string, payload: object): Promise<unknown> {
  const { body } = await pool.request({
    path: `/bot${TELEGRAM_TOKEN}/${method}`,
    method: 'POST',
    headers,
    body: JSON.stringify(payload),
  })
  return ((await body.json()) as { result: unknown }).result
}

async function answer({ message }: Update): Promise<void> {
  await call('sendMessage', { chat_id: message.chat.id, text: `Hola, ${message.from.first_name}` })
  running--
  if (running < connections) room.resolve()
}

let running = 0
let room = Promise.withResolvers<void>()
for (let offset = 0; ; ) {
  const updates = (await call('getUpdates', { offset, limit: 100, timeout: 30 })) as Update[]
  for (const update of updates) {
    offset = update.update_id + 1
    if (running >= connections) {
      room = Promise.withResolvers()
      await room.promise
    }
    running++
    void answer(update)
  }
}
