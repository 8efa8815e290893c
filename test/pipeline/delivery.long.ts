import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, expect, it } from 'vitest'
import { rotationFor } from '../../infra/settings/logVolume.ts'
import { needsCollector } from './collector.ts'
import { accountFor, type Load, settle, startDelivery } from './delivery.ts'

const MB = 1024 ** 2
const LOAD = { lines: 300_000, linesPerSecond: 10_000, lingerMs: 500 }
const DEPLOYED: Load = { ...LOAD, ...deployed() }
/** The collector's longest pause between two tries is 30 s. */
const SETTLE_MS = 90_000

/** The rotation of the default log volume. */
function deployed(): { maxFileSize: number; maxFiles: number } {
  const { maxFileSize, maxFiles } = rotationFor('64Mi')
  return { maxFileSize: Number.parseInt(maxFileSize, 10) * 1024, maxFiles }
}

const NOTHING_LOST = { lost: 0, strange: 0 }
const EXACTLY_ONCE = { lost: 0, duplicates: 0, strange: 0 }

beforeEach(needsCollector)

it.each<[string, Load]>([
  ['the files of the default volume', DEPLOYED],
  ['files of 1 MB', { ...LOAD, maxFileSize: MB, maxFiles: 40 }],
])('in calm every line arrives exactly once, through %s', async (_, load) => {
  const { sumo, startCollector, startWriter } = await startDelivery()
  const collector = await startCollector()
  const written = await startWriter(load).written
  await settle(sumo, written, SETTLE_MS)
  await collector.stop('SIGTERM')

  expect(written).toMatchObject({ droppedLines: 0 })
  expect(accountFor(sumo, written)).toEqual(EXACTLY_ONCE)
})

it.each([
  ['unreachable', 'down'],
  ['silent', 'hang'],
  ['unavailable', 503],
  ['refusing for its quota', 429],
  ['refusing the address', 401],
] as const)('every line arrives at least once when Sumo Logic is %s for 10 s', async (_, answer) => {
  const { sumo, startCollector, startWriter } = await startDelivery()
  const collector = await startCollector()
  const writer = startWriter(DEPLOYED)
  await sumo.waitForRecords(20_000, SETTLE_MS)
  sumo.fault({ answer })
  await sleep(10_000)
  sumo.clearFaults()
  const written = await writer.written
  await settle(sumo, written, SETTLE_MS)
  await collector.stop('SIGTERM')

  expect(written.droppedLines).toBe(0)
  const account = accountFor(sumo, written)
  console.log(`${answer}: ${account.duplicates} of ${written.accepted} lines came twice`)
  expect(account).toMatchObject(NOTHING_LOST)
})

it('every line arrives at least once when the answers of Sumo Logic are lost', async () => {
  const { sumo, startCollector, startWriter } = await startDelivery()
  await startCollector()
  const writer = startWriter({ ...DEPLOYED, lines: 100_000 })
  await sumo.waitForRecords(20_000, SETTLE_MS)
  sumo.fault({ answer: 'down', keep: true, times: 3 })
  const written = await writer.written
  await settle(sumo, written, SETTLE_MS)

  const account = accountFor(sumo, written)
  console.log(`lost answers: ${account.duplicates} of ${written.accepted} lines came twice`)
  expect(account).toMatchObject(NOTHING_LOST)
  expect(account.duplicates).toBeGreaterThan(0)
})

it('every line arrives at least once when the collector is killed three times', async () => {
  const { sumo, startCollector, startWriter } = await startDelivery()
  let collector = await startCollector()
  const writer = startWriter(DEPLOYED)
  for (const received of [50_000, 110_000, 170_000]) {
    await sumo.waitForRecords(received, SETTLE_MS)
    await collector.stop('SIGKILL')
    await sleep(1000)
    collector = await startCollector()
  }
  const written = await writer.written
  await settle(sumo, written, SETTLE_MS)
  await collector.stop('SIGTERM')

  expect(written.droppedLines).toBe(0)
  const account = accountFor(sumo, written)
  console.log(`kills: ${account.duplicates} of ${written.accepted} lines came twice`)
  expect(account).toMatchObject(NOTHING_LOST)
})

it('every line arrives exactly once when the collector is restarted with a signal', async () => {
  const { sumo, startCollector, startWriter } = await startDelivery()
  let collector = await startCollector()
  const writer = startWriter({ ...DEPLOYED, lines: 100_000 })
  for (const received of [20_000, 50_000]) {
    await sumo.waitForRecords(received, SETTLE_MS)
    await collector.stop('SIGTERM')
    collector = await startCollector()
  }
  const written = await writer.written
  await settle(sumo, written, SETTLE_MS)
  await collector.stop('SIGTERM')

  expect(accountFor(sumo, written)).toEqual(EXACTLY_ONCE)
})

it('every line arrives exactly once when the bot is stopped under load', async () => {
  const { sumo, startCollector, startWriter } = await startDelivery()
  const collector = await startCollector()
  const writer = startWriter(DEPLOYED)
  await sumo.waitForRecords(30_000, SETTLE_MS)
  writer.stop()
  const written = await writer.written
  await settle(sumo, written, SETTLE_MS)
  await collector.stop('SIGTERM')

  expect(written.accepted).toBeLessThan(LOAD.lines)
  expect(accountFor(sumo, written)).toEqual(EXACTLY_ONCE)
})

// A collector that keeps up: what it had not read or sent when it is stopped would go with the pod.
it.each([1, 2, 3])(
  'the last line of a stopped pod arrives, and all before it exactly once (%d)',
  async () => {
    const { sumo, startCollector, startWriter } = await startDelivery()
    const collector = await startCollector()
    const writer = startWriter({ ...DEPLOYED, linesPerSecond: 1000 })
    await sumo.waitForRecords(3000, SETTLE_MS)
    writer.stop()
    const written = await writer.written
    await collector.stop('SIGTERM')

    expect(accountFor(sumo, written)).toEqual(EXACTLY_ONCE)
  },
)
