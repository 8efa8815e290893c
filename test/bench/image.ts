// Size, layers and start of the image beside node:24-slim with the same dependencies; needs docker:
// npm run bench:image -- [--node-image NAME] [--runtime-image NAME] [--rounds N] [--rest SECONDS] [--write]
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startTelegram } from '../standins/telegram/server.ts'
import { circumstances, markdownTable, writeSection } from './document.ts'
import { type Measures, medianOf, ratioTo, runInTurn } from './harness.ts'
import { memory } from './start/process.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const MB = 1024 * 1024

const { values } = parseArgs({
  options: {
    'node-image': { type: 'string' },
    'runtime-image': { type: 'string' },
    rounds: { type: 'string', default: '5' },
    rest: { type: 'string', default: '30' },
    write: { type: 'boolean', default: false },
  },
})
const CASES = [
  { name: 'node:24-slim, same dependencies', file: 'test/bench/image/Dockerfile', image: 'bench-slim' },
  { name: '**bitácora**', file: 'Dockerfile', image: 'bench-bitacora' },
]

function docker(...args: string[]): string {
  return execFileSync('docker', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
}

/** @returns the names of the bases as the Dockerfile has them, or as they are replaced here */
function build({ file, image }: (typeof CASES)[number]): void {
  const args = [
    ['NODE_IMAGE', values['node-image']],
    ['RUNTIME_IMAGE', image === 'bench-bitacora' ? values['runtime-image'] : undefined],
  ].flatMap(([name, value]) => (value ? ['--build-arg', `${name}=${value}`] : []))
  docker('build', '--quiet', '--file', file, '--tag', image, ...args, '.')
}

const telegram = await startTelegram({ record: false })

/** Runs the image on the host's network until it has rested. */
async function start({ image }: (typeof CASES)[number]): Promise<Measures> {
  const token = telegram.newToken()
  const bot = telegram.bot(token)
  const env = { TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: telegram.url, PORT: '0' }
  const options = ['--rm', '--network', 'host', '--memory', '256m', '--tmpfs', '/data/logs:mode=1777']
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const started = performance.now()
  const name = `${image}-${process.pid}`
  const child = spawn('docker', ['run', '--name', name, ...options, ...variables, image], { stdio: 'ignore' })
  while (!bot.polled) {
    if (child.exitCode !== null) throw new Error(`${image} ended with ${child.exitCode}`)
    await sleep(1)
  }
  const first_poll_ms = performance.now() - started
  await sleep(Number(values.rest) * 1000)
  const pid = Number(docker('inspect', '--format', '{{.State.Pid}}', name))
  const measures = { first_poll_ms, ...memory({ pid }) }
  docker('stop', name)
  if (child.exitCode === null) await once(child, 'exit')
  return measures
}

for (const each of CASES) build(each)
const rows = await runInTurn(CASES, Number(values.rounds), start)
await telegram.close()

const layers = (image: string) =>
  JSON.parse(docker('inspect', '--format', '{{json .RootFS.Layers}}', image)).length
const megabytes = (image: string) => Number(docker('inspect', '--format', '{{.Size}}', image)) / MB
const [slim] = CASES
const table = markdownTable(
  ['image', 'MB', '× slim', 'layers', 'to the first poll ms', '× slim', 'RSS MB', 'anonymous MB'],
  CASES.flatMap(({ name, image }, index) => {
    const [base, row] = [rows[0], rows[index]]
    if (!slim || !base || !row) return []
    return [
      [
        name,
        megabytes(image).toFixed(0),
        (megabytes(image) / megabytes(slim.image)).toFixed(2),
        String(layers(image)),
        medianOf(row, 'first_poll_ms').toFixed(0),
        ratioTo(base, row, 'first_poll_ms').toFixed(2),
        medianOf(row, 'rss_mb').toFixed(0),
        medianOf(row, 'anonymous_mb').toFixed(0),
      ],
    ]
  }),
)
const bases =
  [values['node-image'], values['runtime-image']].filter(Boolean).join(' and ') || "the Dockerfiles' own"
const about = `Bases: ${bases}. Uncompressed, as \`docker inspect\` says; the start includes docker's own (\`docker run\` with 256 MB on the host's network); memory ${values.rest} s after it.`
const body = [circumstances('npm run bench:image -- --write'), about, table].join('\n\n')
console.log(body)
if (values.write) writeSection('The image', body)
