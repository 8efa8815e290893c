import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { followLogs } from './tail.ts'

async function follow(prepare: (dir: string) => void = () => undefined) {
  const dir = mkdtempSync(join(tmpdir(), 'bitacora-tail-'))
  prepare(dir)
  const seen: string[] = []
  const tail = await followLogs(dir, (lines) => seen.push(...lines))
  onTestFinished(async () => {
    await tail.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const until = async (line: string) => {
    await expect.poll(() => seen).toContain(line)
    return seen
  }
  return { file: (name: string) => join(dir, name), until }
}

test('what was written before is left alone, what follows is told in order', async () => {
  const { file, until } = await follow((dir) => writeFileSync(join(dir, 'bot-1.log'), 'old\n'))
  appendFileSync(file('bot-1.log'), 'first\nsecond\n')
  expect(await until('second')).toEqual(['first', 'second'])
})

test('a line is told when its end is written, whole even where a character was cut', async () => {
  const { file, until } = await follow()
  const bytes = Buffer.from('adiós\n')
  appendFileSync(file('bot.log'), bytes.subarray(0, 4))
  appendFileSync(file('other.log'), 'meanwhile\n')
  expect(await until('meanwhile')).toEqual(['meanwhile'])
  appendFileSync(file('bot.log'), bytes.subarray(4))
  expect(await until('adiós')).toEqual(['meanwhile', 'adiós'])
})

test('nothing is lost or told twice while files are rotated', async () => {
  const { file, until } = await follow()
  const lines = Array.from({ length: 3000 }, (_, n) => `line ${n}`)
  for (const [n, line] of lines.entries())
    appendFileSync(file(`bot.${Math.floor(n / 1000)}.log`), `${line}\n`)
  expect(await until('line 2999')).toEqual(lines)
})

test('a file that was renamed goes on where it was', async () => {
  const { file, until } = await follow()
  appendFileSync(file('bot.log'), 'one\n')
  await until('one')
  renameSync(file('bot.log'), file('bot.1.log'))
  appendFileSync(file('bot.1.log'), 'two\n')
  appendFileSync(file('bot.log'), 'three\n')
  expect(await until('three')).toEqual(['one', 'two', 'three'])
})

test('a file that was emptied or made anew is read from its beginning', async () => {
  const { file, until } = await follow()
  appendFileSync(file('bot.log'), 'a long first line\n')
  await until('a long first line')
  truncateSync(file('bot.log'))
  appendFileSync(file('bot.log'), 'short\n')
  await until('short')
  unlinkSync(file('bot.log'))
  writeFileSync(file('bot.log'), 'new\n')
  expect(await until('new')).toEqual(['a long first line', 'short', 'new'])
})

test('only files that end in .log are followed', async () => {
  const { file, until } = await follow()
  appendFileSync(file('.audit.json'), '{}\n')
  appendFileSync(file('bot.log'), 'line\n')
  expect(await until('line')).toEqual(['line'])
})
