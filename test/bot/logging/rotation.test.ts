// What bot/logging/rotation.ts takes for granted of winston-daily-rotate-file and the file-stream-rotator beneath.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chooseFile } from '../../../bot/logging/rotation.ts'
import { newFolder } from '../../support/folder.ts'

const FULL = 64 * 1024
const today = new Date().toISOString().slice(0, 10)

function choose(dir: string, maxFiles = 3) {
  return chooseFile({ dir, fullBytes: FULL, maxFiles })
}

/** Files of today by number, with so many bytes. */
function leave(dir: string, sizes: Record<number, number>): void {
  for (const [number, bytes] of Object.entries(sizes)) {
    writeFileSync(
      join(dir, number === '0' ? `bot-${today}.log` : `bot-${today}.${number}.log`),
      'x'.repeat(bytes),
    )
  }
}

test.for<[string, Record<number, number>, string]>([
  ['the first file has no number', {}, `bot-${today}.log`],
  ['one that is smaller than the limit is gone on with', { 0: FULL - 1 }, `bot-${today}.log`],
  ['one that is as large as the limit is followed by the next number', { 0: FULL }, `bot-${today}.1.log`],
  ['the newest counts', { 0: 10, 1: 10, 2: FULL - 1 }, `bot-${today}.2.log`],
  ['the number goes on though lower ones are gone', { 7: FULL }, `bot-${today}.8.log`],
  ['numbers are compared as numbers', { 9: 10, 10: FULL }, `bot-${today}.11.log`],
])('%s', ([, sizes, expected]) => {
  const dir = newFolder()
  leave(dir, sizes)
  expect(choose(dir).path).toBe(join(dir, expected))
})

test('it deletes the oldest for the new one, by our list with our hashes', () => {
  const dir = newFolder()
  leave(dir, { 0: FULL, 1: FULL, 2: FULL })
  expect(choose(dir).path).toBe(join(dir, `bot-${today}.3.log`))
  expect(readdirSync(dir).sort()).toEqual(['.bot-audit.json', `bot-${today}.1.log`, `bot-${today}.2.log`])
})

test('it makes and opens no file itself, neither now nor later', async () => {
  const dir = newFolder()
  const { path } = choose(dir)
  await new Promise(setImmediate)
  expect(existsSync(path)).toBe(false)
})

test('it passes over a file to the next number when it is told that this one is full', () => {
  const dir = newFolder()
  const choice = choose(dir)
  choice.skip()
  choice.skip()
  expect(choice.path).toBe(join(dir, `bot-${today}.2.log`))
})

test('its list holds the chosen file last', () => {
  const dir = newFolder()
  leave(dir, { 0: FULL, 1: 10 })
  const { path } = choose(dir)
  const { files } = JSON.parse(readFileSync(join(dir, '.bot-audit.json'), 'utf8'))
  expect(files.at(-1).name).toBe(path)
})
