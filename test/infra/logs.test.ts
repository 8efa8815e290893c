import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

/** Stands in for kubectl: says where it forwards from, and waits, or does what else it is given. */
const forwards = (address: string) =>
  `#!/bin/sh\necho "$@" > "$FOLDER/asked"\necho "Forwarding from ${address} -> 9428"\nexec sleep 60\n`

/** Starts the command in a folder of its own, with this program as kubectl. */
async function start(kubectl: string, args: string[], store = 'victorialogs') {
  const folder = await mkdtemp(join(tmpdir(), 'logs-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(
    join(folder, 'Pulumi.dev.yaml'),
    `config:\n  kubernetes:context: minikube\n  bitacora:collector: otel\n  bitacora:logStore: ${store}\n`,
  )
  await writeFile(join(folder, 'kubectl'), kubectl)
  await chmod(join(folder, 'kubectl'), 0o755)
  const child = spawn(process.execPath, [resolve('infra/commands/logs.ts'), 'dev', ...args], {
    cwd: folder,
    env: { PATH: `${folder}:/bin:/usr/bin`, FOLDER: folder },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, out: text(child.stdout), err: text(child.stderr), code: once(child, 'close') }
}

test('npm run logs prints the address of the web page, and ends cleanly with Ctrl-C', async () => {
  const { child, out, err, code } = await start(forwards('127.0.0.1:4711'), [])
  await once(child.stdout, 'data')
  child.kill('SIGINT')

  expect(await code).toEqual([0, null])
  expect(await err).toBe('')
  const [, address = ''] = /(http:\S+)/.exec(await out) ?? []
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:4711\/select\/vmui\/#\/\?/)
  const page = new URLSearchParams(address.split('?')[1])
  expect(page.get('query')).toBe('{_sourceName="bitacora"} | unpack_json')
  expect(JSON.parse(page.get('columns') ?? '')).toContain('outcome')
})

test('npm run logs --query prints what the query finds', async () => {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    asked.push(`${request.url} ${new URLSearchParams(await text(request)).get('query')}`)
    response.end('{"_msg":"a line"}\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { out, code } = await start(forwards(`127.0.0.1:${port}`), ['--query', 'feature:tv'])

  expect(await out).toBe('{"_msg":"a line"}\n')
  expect(await code).toEqual([0, null])
  expect(asked).toEqual(['/select/logsql/query feature:tv'])
})

test('npm run logs passes on why there is no way', async () => {
  const { err, code } = await start('#!/bin/sh\necho "error: no running pod" >&2\nexit 1\n', [])

  expect(await err).toBe('error: no running pod\n')
  expect(await code).toEqual([1, null])
})

test('npm run logs says how a stack without a log store gets one', async () => {
  const { err, code } = await start('#!/bin/sh\n', [], 'none')

  expect(await err).toContain('pulumi config set --stack dev logStore victorialogs')
  expect(await code).toEqual([1, null])
})
