import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { kubectl } from '../../infra/commands/kubectl.ts'
import { command, show } from '../../infra/commands/run.ts'
import { askForConfig, PROJECT, readStackFile } from '../../infra/commands/stackConfig.ts'
import { hostAddress } from './hostAddress.ts'
import { startPage } from './page/server.ts'
import { startTelegram } from './telegram/server.ts'

// npm run chat -- <stack>: Telegram's stand-in for a bot on the stack's cluster, and a page to talk to it.
const { values, positionals } = parseArgs({
  options: {
    /** Of the Bot API. The pods keep asking there, so it stays the same; the page takes the next one. */
    port: { type: 'string', default: '8081' },
  },
  allowPositionals: true,
})
const stack = positionals[0] ?? 'dev'
const port = Number(values.port)
const API_ROOT = `${PROJECT}:telegramApiRoot`
const TOKEN = `${PROJECT}:telegramToken`

await command(async () => {
  // Makes the stack where there is none yet.
  await pulumi('stack', 'select', '--create', stack)
  const { config, encrypted } = readStackFile(stack)
  const hasToken = encrypted.includes(TOKEN)
  if (hasToken && config[API_ROOT] === undefined) {
    const remedy = `pulumi config rm --stack ${stack} telegramToken`
    throw new Error(`The bot of stack ${stack} is on Telegram. To have it here instead: ${remedy}`)
  }
  const context = config['kubernetes:context'] ?? ''
  const host = await hostAddress((...args) => kubectl(context, ['get', ...args]))

  await using telegram = await startTelegram({ host: '0.0.0.0', port })
  const token = hasToken ? ((await askForConfig(stack)).config[TOKEN] ?? '') : telegram.newToken()
  const apiRoot = telegram.url.replace('127.0.0.1', host)
  if (!hasToken || config[API_ROOT] !== apiRoot) {
    const [secret, plain] = [`telegramToken=${token}`, `telegramApiRoot=${apiRoot}`]
    await pulumi('config', 'set-all', '--stack', stack, '--secret', secret, '--plaintext', plain)
  }
  const nothing = mkdtempSync(join(tmpdir(), 'chat-'))
  const page = await startPage({
    telegram,
    token,
    logDir: nothing,
    logName: 'the pod',
    hint: `The lines of the pod: npm run logs -- ${stack}`,
    host: '127.0.0.1',
    ports: port === 0 ? [0] : [port + 1, 0],
  })
  console.log(`
  chat      ${page.url}
  Bot API   ${apiRoot}, where stack ${stack} now looks for Telegram

  Leave it running, and in another terminal: npm run image -- --stack ${stack}, npm run up -- ${stack}
`)
  await new Promise((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
  await page.close()
  rmSync(nothing, { recursive: true, force: true })
})

async function pulumi(...args: string[]): Promise<void> {
  const code = await show('pulumi', args)
  if (code !== 0) throw new Error(`pulumi ${args[0]} ended with ${code}`)
}
