import { expect, test } from 'vitest'
import { readConfig } from '../../bot/config.ts'
import { rotationFor, SMALLEST_LOG_VOLUME } from '../../infra/settings/logVolume.ts'
import { amountOf } from '../../infra/settings/quantity.ts'

const smallest = String(Math.ceil(SMALLEST_LOG_VOLUME))

test.each([smallest, '16Mi', '64Mi', '1.5Gi', '500M'])(
  'the files of a volume of %s take at most 80 %% of it, and nearly that',
  (volume) => {
    const { maxFileSize, maxFiles } = rotationFor(volume)
    const environment = { LOG_MAX_FILE_SIZE: maxFileSize, LOG_MAX_FILES: String(maxFiles) }
    const { log } = readConfig({ TELEGRAM_TOKEN: `1:${'x'.repeat(35)}`, ...environment }, 'host')
    const taken = (log.maxFiles + 1) * (log.maxFileSize + 64 * 1024) + 1024 ** 2
    expect(taken).toBeLessThanOrEqual(0.8 * amountOf(volume))
    expect(taken).toBeGreaterThan(0.8 * amountOf(volume) - 8 * 1024)
  },
)

test('a closed file of the smallest volume outlives ten looks of the collector at 3.2 MB of lines a second', () => {
  const { maxFileSize, maxFiles } = rotationFor(smallest)
  const { log } = readConfig(
    { TELEGRAM_TOKEN: `1:${'x'.repeat(35)}`, LOG_MAX_FILE_SIZE: maxFileSize },
    'host',
  )
  const looks = ((maxFiles - 1) * log.maxFileSize) / 3_200_000 / 0.2
  expect(looks).toBeGreaterThan(9.99)
  expect(looks).toBeLessThan(10.1)
})

test.each([
  ['64Mi', 67_108_864],
  ['1.5Gi', 1_610_612_736],
  ['500M', 500_000_000],
  ['2k', 2_000],
  ['.5k', 500],
  ['1e9', 1_000_000_000],
  ['12', 12],
  ['500m', 0.5],
])('the quantity %s is worth %d', (quantity, amount) => {
  expect(amountOf(quantity)).toBeCloseTo(amount)
})

test.each(['', '64MiB', '64 Mi', '-1', 'Mi', '1e', '1,5Gi', '0x10'])('%j is no quantity', (text) => {
  expect(amountOf(text)).toBeNaN()
})
