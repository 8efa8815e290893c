import { expect, test } from 'vitest'
import { createBatcher, MAX_BATCH_BYTES } from '../../../bot/logging/sink.ts'

function newBatcher() {
  const batches: Buffer[] = []
  const counts: number[] = []
  const batcher = createBatcher((batch, lines) => {
    batches.push(Buffer.from(batch))
    counts.push(lines)
  })
  return { batches, counts, batcher }
}

test('the lines of a tick are one batch, handed on when it ends', async () => {
  const { batches, counts, batcher } = newBatcher()
  batcher.add('uno\n')
  batcher.add('dos\n')
  expect(batches).toEqual([])
  await new Promise(setImmediate)
  expect(batches.map(String)).toEqual(['uno\ndos\n'])
  expect(counts).toEqual([2])
})

test.for([
  ['of one byte', 'x'],
  ['of two bytes', 'ñ'],
  ['of three bytes', '語'],
  ['of four bytes', '😀'],
])('a burst of characters %s comes in batches of whole lines and of bounded size', ([, character = '']) => {
  const { batches, counts, batcher } = newBatcher()
  const lines = Array.from({ length: 5000 }, (_, i) => `${character.repeat(i % 100)}${i}\n`)
  for (const line of lines) batcher.add(line)
  batcher.flush()
  expect(Buffer.concat(batches).toString()).toBe(lines.join(''))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(lines.length)
  for (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(MAX_BATCH_BYTES)
    expect(batch.at(-1)).toBe('\n'.charCodeAt(0))
  }
})

test('the longest lines fit a batch', () => {
  const { batches, batcher } = newBatcher()
  const longest = `${'語'.repeat((32 * 1024 - 1) / 3)}\n`
  for (let i = 0; i < 20; i++) batcher.add(longest)
  batcher.flush()
  expect(Buffer.concat(batches).toString()).toBe(longest.repeat(20))
})

test('a process that exits gets every further line out at once', () => {
  const { batches, batcher } = newBatcher()
  batcher.add('uno\n')
  batcher.stopBatching()
  batcher.add('dos\n')
  expect(batches.map(String)).toEqual(['uno\n', 'dos\n'])
})
