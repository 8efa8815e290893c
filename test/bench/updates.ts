// Receiving and answering, ours and its peers in turn: npm run bench:updates -- [--updates N] [--rounds N] [--only NAME,…] [--write]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hasNginx, startNginx } from '../network/nginx.ts'
import { startTelegram, type TelegramOptions } from '../standins/telegram/server.ts'
import { createCertificate } from '../support/certificate.ts'
import { circumstances, markdownTable, writeSection } from './document.ts'
import { type Measures, medianOf, type Row, ratioTo, runInTurn } from './harness.ts'
import { CLIENTS, type Client, leaveCoreToClient, startClient } from './updates/client.ts'
import { createLoad, type Load } from './updates/load.ts'

const WAIT_TIMEOUT_MS = 5 * 60_000

const { values } = parseArgs({
  options: {
    updates: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    scenes: { type: 'string', default: 'plain,latency,tls,sleeper' },
    'node-args': { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})
const updates = Number(values.updates)
const rounds = Number(values.rounds)
const [TELEGRAF, GRAMMY] = CLIENTS
const UNDICI = { name: 'undici alone' }
const clients = CLIENTS.filter(({ name }) => values.only.split(',').some((part) => name.includes(part)))
const nodeArgs = values['node-args'].split(' ').filter(Boolean)

leaveCoreToClient()
const dir = mkdtempSync(join(tmpdir(), 'bench-updates-'))
const { file, ...tls } = createCertificate(dir)

interface Way extends TelegramOptions {
  /** A real nginx in between, as Telegram has one: TLS, HTTP/2 for whoever asks, connections that end in an orderly way. */
  nginx?: boolean
}

/** Runs a client against a Telegram of its own. */
async function withClient(
  client: Client,
  { nginx, ...options }: Way,
  measure: (load: Load, cpu: () => Promise<number>) => Promise<Measures>,
): Promise<Measures> {
  const telegram = await startTelegram({ ...options, record: false })
  const token = telegram.newToken()
  const logDir = mkdtempSync(join(dir, 'logs-'))
  const front = nginx
    ? await startNginx({ upstream: telegram.url })
    : { url: telegram.url, certificate: file }
  const env = {
    TELEGRAM_TOKEN: token,
    TELEGRAM_API_ROOT: front.url,
    LOG_DIR: logDir,
    NODE_EXTRA_CA_CERTS: front.certificate,
  }
  const running = await startClient(client, env, nodeArgs)
  try {
    const measured = measure(createLoad(telegram.bot(token)), running.cpu)
    return await Promise.race([measured, running.ended, patience(client.name)])
  } finally {
    await running.stop()
    if ('close' in front) await front.close()
    await telegram.close()
    rmSync(logDir, { recursive: true })
  }
}

/** What a client that loses an update would wait for without an end. */
function patience(name: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`${name}: not every update was answered`)), WAIT_TIMEOUT_MS).unref()
  })
}

function flood(options: Way) {
  return (client: Client) =>
    withClient(client, options, async (load, cpu) => {
      await load.flood(updates / 4) // warms it up
      const cpuBefore = await cpu()
      const standInBefore = process.cpuUsage()
      const ms = await load.flood(updates)
      const standIn = process.cpuUsage(standInBefore)
      return {
        rate: (updates / ms) * 1000,
        cpu: ((await cpu()) - cpuBefore) / updates,
        stand_in: (standIn.user + standIn.system) / 10 / ms,
      }
    })
}

function sleeper(client: Client): Promise<Measures> {
  return withClient(client, {}, async (load) => {
    await load.flood(updates / 4)
    const calm = await load.trickle()
    const beside = await load.trickleBesideSleeper()
    return { calm, beside, added: beside - calm }
  })
}

function floodTable(rows: Row[]): string {
  const ratio = (row: Row, base: { name: string }, measure: string) => {
    const other = rows.find(({ name }) => name === base.name)
    return other ? ratioTo(other, row, measure).toFixed(2) : '–'
  }
  return markdownTable(
    ['client', 'updates/s', '× telegraf', '× grammY', 'CPU µs/update', '× undici alone', 'stand-in busy %'],
    rows.map((row) => [
      row.name,
      medianOf(row, 'rate').toFixed(0),
      ratio(row, TELEGRAF, 'rate'),
      ratio(row, GRAMMY, 'rate'),
      medianOf(row, 'cpu').toFixed(0),
      ratio(row, UNDICI, 'cpu'),
      medianOf(row, 'stand_in').toFixed(0),
    ]),
  )
}

function sleeperTable(rows: Row[]): string {
  return markdownTable(
    ['client', 'calm p99 ms', 'p99 ms', 'added ms'],
    rows.map((row) => [
      row.name,
      ...['calm', 'beside', 'added'].map((measure) => medianOf(row, measure).toFixed(1)),
    ]),
  )
}

const SCENES = {
  plain: { title: 'No latency', run: flood({}), table: floodTable },
  latency: { title: '50 ms per call', run: flood({ latencyMs: 50 }), table: floodTable },
  tls: hasNginx
    ? { title: 'Over TLS, through nginx', run: flood({ nginx: true }), table: floodTable }
    : {
        title: 'Over TLS, without the nginx that is not installed here',
        run: flood({ tls }),
        table: floodTable,
      },
  sleeper: {
    title: 'Time to a reply in other chats while the handler of one sleeps for 5 s',
    run: sleeper,
    table: sleeperTable,
  },
}

const sections: string[] = []
for (const [name, { title, run, table }] of Object.entries(SCENES)) {
  if (!values.scenes.includes(name)) continue
  sections.push(`### ${title}\n\n${table(await runInTurn(clients, rounds, run))}`)
}
rmSync(dir, { recursive: true })
const about = `${updates.toLocaleString('en')} updates of 500 chats, one sendMessage each; client and stand-in each on a core of its own. telegraf works on 100 at a time, Telegram posts at most 100 at a time to a webhook, all others work on 256. bitácora as it is deployed: order per chat, deadlines, log line to a volume and to stdout, metrics.`
const body = [circumstances('npm run bench:updates -- --write'), about, ...sections].join('\n\n')
console.log(body)
if (values.write) writeSection('Updates', body)
