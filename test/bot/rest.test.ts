import { expect, test } from 'vitest'
import { createRest, eventLoopLoad } from '../../bot/rest.ts'

const MB = 1024 * 1024

function resting(rss: { mb: number; afterMb: number }, load = () => 0) {
  let collections = 0
  const look = createRest({
    collect: () => {
      collections += 1
      rss.mb = rss.afterMb
    },
    rss: () => rss.mb * MB,
    load,
  })
  return { look, collections: () => collections }
}

test('collects once when the start is over, and not again while nothing grows', () => {
  const { look, collections } = resting({ mb: 110, afterMb: 85 })

  for (let looks = 0; looks < 5; looks++) look()

  expect(collections()).toBe(1)
})

test('collects again after a burst', () => {
  const rss = { mb: 110, afterMb: 85 }
  const { look, collections } = resting(rss)
  look()

  rss.mb = 160
  look()

  expect(collections()).toBe(2)
  expect(rss.mb).toBe(85)
})

test('does not try again and again what a collection cannot give back', () => {
  const rss = { mb: 110, afterMb: 110 }
  const { look, collections } = resting(rss)

  for (let looks = 0; looks < 5; looks++) look()

  expect(collections()).toBe(1)
})

test('waits while the bot works', () => {
  let busy = 0.5
  const { look, collections } = resting({ mb: 110, afterMb: 85 }, () => busy)
  look()
  expect(collections()).toBe(0)

  busy = 0.01
  look()

  expect(collections()).toBe(1)
})

test('an event loop that never waits is fully loaded', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1)) // the loop has begun
  const load = eventLoopLoad()
  const busyUntil = performance.now() + 20
  while (performance.now() < busyUntil);

  expect(load()).toBe(1)
})
