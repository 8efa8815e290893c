import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'

const NODES = { items: [{ status: { addresses: [{ type: 'InternalIP', address: '192.0.2.10' }] } }] }
const COREDNS = { data: { Corefile: '        192.0.2.1 host.minikube.internal\n' } }

/** Runs the command beside this stack, with shell scripts in the place of pulumi and kubectl. */
async function start(stack: string) {
  const folder = await mkdtemp(join(tmpdir(), 'chat-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const files = {
    'Pulumi.dev.yaml': stack,
    'nodes.json': JSON.stringify(NODES),
    'coredns.json': JSON.stringify(COREDNS),
    pulumi: '#!/bin/sh\necho "$@" >> "$FOLDER/calls"\n',
    kubectl:
      '#!/bin/sh\ncase "$*" in *coredns*) cat "$FOLDER/coredns.json" ;; *) cat "$FOLDER/nodes.json" ;; esac\n',
  }
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content)
    await chmod(join(folder, name), 0o755)
  }
  const child = spawn(process.execPath, [resolve('test/standins/chat.ts'), 'dev', '--port', '0'], {
    cwd: folder,
    env: { PATH: `${folder}:/bin:/usr/bin`, FOLDER: folder },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, calls: async () => (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n') }
}

test('npm run chat makes the stack, with a token and the address of the stand-in as its pods see it', async () => {
  const { child, calls } = await start('config:\n  kubernetes:context: minikube\n')
  let said = ''
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`
    if (line.includes('npm run up')) break
  }
  const [select, set = '', ...others] = await calls()
  expect(select).toBe('stack select --create dev')
  const [, token, port] =
    /^config set-all --stack dev --secret telegramToken=(\S+) --plaintext telegramApiRoot=http:\/\/192\.0\.2\.1:(\d+)$/.exec(
      set,
    ) ?? []
  expect(others).toEqual([])
  expect(await (await fetch(`http://127.0.0.1:${port}/bot${token}/getMe`)).json()).toMatchObject({ ok: true })
  const page = /chat +(\S+)/.exec(said)?.[1] ?? ''
  expect(await (await fetch(page)).text()).toContain('<title>bitácora</title>')

  child.kill('SIGINT')
  expect(await once(child, 'close')).toEqual([0, null])
})

test('npm run chat leaves a bot alone that is on Telegram', async () => {
  const { child, calls } = await start(
    'config:\n  kubernetes:context: minikube\n  bitacora:telegramToken:\n    secure: v1:x\n',
  )
  const [words, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  expect(words).toContain('pulumi config rm --stack dev telegramToken')
  expect(code).toBe(1)
  expect(await calls()).toEqual(['stack select --create dev'])
})
