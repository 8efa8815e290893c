import { expect, test } from 'vitest'
import { readConfig } from '../../bot/config.ts'
import { rotationFor, SMALLEST_LOG_VOLUME } from '../../infra/logVolume.ts'
import { bytesOf } from '../../infra/quantity.ts'

const smallest = String(Math.ceil(SMALLEST_LOG_VOLUME))

test.each([smallest, '8Mi', '64Mi', '1Gi', '500M'])(
  'the files of a volume of %s take at most 80 %% of it, and nearly that',
  (volume) => {
    const { maxFileSize, maxFiles } = rotationFor(volume)
    const environment = { LOG_MAX_FILE_SIZE: maxFileSize, LOG_MAX_FILES: String(maxFiles) }
    const { log } = readConfig({ TELEGRAM_TOKEN: `1:${'x'.repeat(35)}`, ...environment }, 'host')
    const taken = (log.maxFiles + 1) * (log.maxFileSize + 64 * 1024) + 1024 ** 2
    expect(taken).toBeLessThanOrEqual(0.8 * bytesOf(volume))
    expect(taken).toBeGreaterThan(0.8 * bytesOf(volume) - 8 * 1024)
  },
)

test('a volume smaller than the smallest makes a file that the bot refuses', () => {
  const { maxFileSize } = rotationFor(String(Math.floor(SMALLEST_LOG_VOLUME) - 10 * 1024))
  expect(() =>
    readConfig({ TELEGRAM_TOKEN: `1:${'x'.repeat(35)}`, LOG_MAX_FILE_SIZE: maxFileSize }, 'host'),
  ).toThrow(/LOG_MAX_FILE_SIZE/)
})

test.each([
  ['64Mi', 67_108_864],
  ['1Gi', 1_073_741_824],
  ['500M', 500_000_000],
  ['2k', 2_000],
  ['12', 12],
])('%s is %i bytes', (size, bytes) => {
  expect(bytesOf(size)).toBe(bytes)
})

test.each(['', '64MiB', '1.5Gi', '-1', 'Mi'])('%j is no size', (size) => {
  expect(() => bytesOf(size)).toThrow('not a size')
})
