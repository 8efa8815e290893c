import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type Dev, runDev } from './runDev.ts'

// Several processes start here one after the other: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 })

const identified = (dev: Dev) => dev.waitForEntry(({ message }) => message === 'identified')
const childrenOf = (pid: number) =>
  execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
const alive = (pid: string) => existsSync(`/proc/${pid}`)

test('Ctrl-C stops the bot with its last line, the page and the stand-in, and ends well', async () => {
  await using dev = await runDev('--port', '0')
  await identified(dev)
  const children = childrenOf(dev.pid)
  expect(children).toHaveLength(1)

  expect(await dev.interrupt()).toBe(0)

  expect(children.filter(alive)).toEqual([])
  await expect(fetch(dev.url)).rejects.toThrow()
  const lines = readdirSync(dev.logDir)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => readFileSync(join(dev.logDir, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
  expect(lines.at(-1)).toMatchObject({ message: 'stopped', code: 0 })
})

test('an edit starts the bot again; one that breaks it is shown with its reason, and the next edit is waited for', async () => {
  await using dev = await runDev('--port', '0')
  const { boot } = await identified(dev)
  const file = join(dev.botDir, 'features/version.ts')
  const good = readFileSync(file, 'utf8')

  writeFileSync(file, `${good}\nthis is no TypeScript\n`)
  const ended = await dev.waitForEntry(({ state }) => state === 'exited')
  expect(ended.text).toContain('code 1')
  expect(ended.detail).toContain('version.ts')

  writeFileSync(file, good)
  const again = await dev.waitForEntry((entry) => entry.message === 'identified' && entry.boot !== boot)
  expect(again.boot).not.toBe(boot)
  expect(await dev.interrupt()).toBe(0)
})

test('another port is taken when the usual one is not free, and one address is printed', async () => {
  const usual = createServer().on('error', () => undefined) // not free already: as good
  await new Promise<void>((resolve) =>
    usual.once('error', () => resolve()).listen(8082, '127.0.0.1', resolve),
  )
  await using dev = await runDev()

  expect(new URL(dev.url).port).not.toBe('8082')
  expect(dev.output().match(/http:/g)).toHaveLength(1)
  expect((await fetch(dev.url)).status).toBe(200)
  usual.close()
})
