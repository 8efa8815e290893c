// npm run webhook: shows where Telegram posts this bot's updates; with --delete it asks, then switches back to polling.
import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { systemClock as clock } from '../clock.ts'
import { ConfigError, readConfig } from '../config.ts'
import { EXIT } from '../fatal.ts'
import { createApi } from './api.ts'

try {
  process.exitCode = await main()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = error instanceof ConfigError ? EXIT.configuration : EXIT.crashed
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { delete: { type: 'boolean' }, yes: { type: 'boolean' } } })
  const { token, apiRoot, proxy, noProxy } = readConfig({ ...process.env, RECEIVE: 'polling' }, 'webhook')
  const api = createApi({ token, apiRoot, proxy, noProxy, clock, onCall: () => {} })
  try {
    const { url, pending_update_count } = await api.call('getWebhookInfo', {})
    if (!url) {
      console.log('No webhook is set: the bot may poll.')
      return EXIT.stopped
    }
    console.log(`Telegram posts to ${url} (${pending_update_count} updates waiting).`)
    if (!values.delete) return EXIT.stopped
    if (!values.yes && !(await confirmed())) {
      console.log('Nothing was changed.')
      return EXIT.crashed
    }
    await api.call('deleteWebhook', {})
    console.log('The webhook is deleted; waiting updates are kept, and polling gets them.')
    return EXIT.stopped
  } finally {
    await api.close()
  }
}

/** A deployment that uses the webhook would go deaf: nothing but a clear yes will do. */
async function confirmed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const ended = once(terminal, 'close').then(() => 'no')
  const question = 'Delete it? Pods in webhook mode get nothing any more. Type yes: '
  const answer = await Promise.race([terminal.question(question), ended])
  terminal.close()
  return answer === 'yes'
}
