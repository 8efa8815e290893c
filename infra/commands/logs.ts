// npm run logs -- <stack> [--query '<LogsQL>'] [--port <port>]: the log store's web page, or what a query finds
import { parseArgs } from 'node:util'
import { LOG_STORE_PORT, logStoreService } from '../network.ts'
import { checkSettings } from '../settings/settings.ts'
import { portForward } from './portForward.ts'
import { command } from './run.ts'
import { PROJECT, readStackFile } from './stackConfig.ts'

const { values, positionals } = parseArgs({
  options: { query: { type: 'string' }, port: { type: 'string' } },
  allowPositionals: true,
})
const stack = positionals[0] ?? 'dev'

/** What the table of the web page shows of a line, in this order. */
const COLUMNS = ['_time', 'level', 'message', 'feature', 'outcome', 'duration_ms', 'update_id', 'seq']

await command(async () => {
  const { settings } = checkSettings(readStackFile(stack))
  if (settings.logStore === 'none') {
    const [set, up] = [`pulumi config set --stack ${stack} logStore victorialogs`, `npm run up -- ${stack}`]
    throw new Error(`Stack ${stack} has no log store. To have one: ${set}, then ${up}`)
  }
  const service = `service/${logStoreService(settings.instance)}`
  const forward = await portForward(settings, service, LOG_STORE_PORT, values.port)
  // Ctrl-C reaches kubectl, too, which then ends before it is told to.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, forward.close)
  if (values.query === undefined) {
    console.log(`\n  ${pageOf(forward.url)}\n\n  Ctrl-C ends it.`)
    await forward.ended
  } else {
    await print(forward.url, values.query).finally(forward.close)
  }
})

/** The lines of the last hour as a table. */
function pageOf(url: string): string {
  const page = {
    query: `{_sourceName="${PROJECT}"} | unpack_json`,
    view: 'table',
    columns: JSON.stringify(COLUMNS),
    'g0.relative_time': 'last_1_hour',
  }
  return `${url}/select/vmui/#/?${new URLSearchParams(page)}`
}

/** One JSON object a line, as it comes: a query with `| sort by (_time)` has an order. */
async function print(url: string, query: string): Promise<void> {
  const response = await fetch(`${url}/select/logsql/query`, {
    method: 'POST',
    body: new URLSearchParams({ query }),
  })
  if (!response.ok) throw new Error((await response.text()).trim())
  for await (const chunk of response.body ?? []) process.stdout.write(chunk)
}
