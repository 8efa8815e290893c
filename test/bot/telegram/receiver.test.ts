import { setTimeout as sleep } from 'node:timers/promises'
import type { Update } from 'telegraf/types'
import { expect, test } from 'vitest'
import { createReceiver, type Loss } from '../../../bot/telegram/receiver.ts'
import { subjectOf } from '../../../bot/telegram/update.ts'
import { createTestLogger } from '../../support/testLogger.ts'

const ANA = 11
const BEA = 22

/** An update of the chat; without one, of no chat. */
function update(update_id: number, chatId?: number): Update {
  return { update_id, message: chatId === undefined ? {} : { chat: { id: chatId } } } as unknown as Update
}

/** A receiver whose handlers end when the test says so. */
function start(deadlineMs?: number, isTold = (_dropped: Update) => true) {
  const { lines, logger } = createTestLogger()
  const started: number[] = []
  const ends = new Map<number, () => void>()
  const overflows: (number | undefined)[] = []
  const settled: number[] = []
  const losses: Loss[] = []
  const receiver = createReceiver({
    handle(update) {
      started.push(update.update_id)
      return new Promise((resolve) => ends.set(update.update_id, resolve))
    },
    onOverflow(dropped) {
      if (isTold(dropped)) overflows.push(subjectOf(dropped).chat_id)
      return isTold(dropped)
    },
    onLoss: (outcome) => losses.push(outcome),
    logger,
    ...(deadlineMs !== undefined && { deadlineMs }),
  })
  return {
    receiver,
    lines,
    started,
    overflows,
    losses,
    /** The ids of those that are over, in the order of their ends. */
    settled,
    accept(...updates: Update[]) {
      for (const update of updates) void receiver.accept(update).then(() => settled.push(update.update_id))
    },
    /** Ends the handler, and lets what follows from it happen. */
    async end(...ids: number[]) {
      for (const id of ids) ends.get(id)?.()
      await sleep(0)
    },
  }
}

const range = (from: number, length: number) => Array.from({ length }, (_, i) => from + i)

test('the updates of one chat are handled in their order, one at a time', async () => {
  const { started, accept, end } = start()
  accept(update(1, ANA), update(2, ANA), update(3, ANA))
  expect(started).toEqual([1])
  await end(1)
  expect(started).toEqual([1, 2])
  await end(2)
  expect(started).toEqual([1, 2, 3])
})

test('another chat does not wait for them, nor does what belongs to no chat', () => {
  const { started, accept } = start()
  accept(update(1, ANA), update(2, ANA), update(3, BEA), update(4), update(5))
  expect(started).toEqual([1, 3, 4, 5])
})

test('accept resolves when its update is done', async () => {
  const { settled, accept, end } = start()
  accept(update(1, ANA), update(2, BEA))
  await end(2)
  expect(settled).toEqual([2])
  await end(1)
  expect(settled).toEqual([2, 1])
})

test('256 handlers run at a time, and the next chat in the order of arrival gets the place of one that ends', async () => {
  const { receiver, started, accept, end } = start()
  accept(...range(1, 300).map((id) => update(id, id)))
  expect(started).toEqual(range(1, 256))
  expect([receiver.running, receiver.waiting]).toEqual([256, 44])
  await end(7, 9)
  expect(started.slice(256)).toEqual([257, 258])
  expect([receiver.running, receiver.waiting]).toEqual([256, 42])
})

test('a chat with 500 messages takes one place, keeps the newest 20 and says what it dropped', async () => {
  const chat = start()
  const { receiver, lines, overflows, settled, accept, end } = chat
  accept(...range(1, 500).map((id) => update(id, ANA)))
  expect([receiver.running, receiver.waiting]).toEqual([1, 20])
  await sleep(0)
  expect(settled).toEqual(range(2, 479))
  expect(lines).toHaveLength(479)
  expect(lines[0]).toMatchObject({
    level: 'warn',
    message: 'update dropped',
    update_id: 2,
    chat_id: ANA,
    outcome: 'dropped',
  })
  expect(chat.losses).toEqual(Array(479).fill('dropped'))
  expect(overflows).toEqual([ANA])
  accept(update(501, BEA))
  expect(chat.started).toEqual([1, 501])
  for (const id of [1, ...range(481, 20)]) await end(id)
  expect(chat.started).toEqual([1, 501, ...range(481, 20)])
})

test('the people of a chat are asked for patience once, and again when all was quiet in between', async () => {
  const { overflows, accept, end } = start()
  accept(...range(1, 30).map((id) => update(id, ANA)))
  for (const id of [1, ...range(11, 19)]) await end(id)
  accept(...range(31, 25).map((id) => update(id, ANA)))
  expect(overflows).toEqual([ANA])
  for (const id of [30, ...range(36, 20)]) await end(id)
  accept(...range(61, 22).map((id) => update(id, ANA)))
  expect(overflows).toEqual([ANA, ANA])
})

test('who waits for an answer is told, though others of the chat lost theirs before', () => {
  const { overflows, accept } = start(undefined, (dropped) => dropped.update_id === 5)
  accept(...range(1, 24).map((id) => update(id, ANA)))
  expect(overflows).toEqual([])
  accept(...range(25, 10).map((id) => update(id, ANA)))
  expect(overflows).toEqual([ANA])
})

test('the wish to stop a generation does not wait for what generates', () => {
  const { started, accept } = start()
  const stop = { update_id: 3, stopped_message_generation: { chat: { id: ANA }, draft_id: 1 } }
  accept(update(1, ANA), update(2, ANA), stop as unknown as Update)
  expect(started).toEqual([1, 3])
})

test('there is room while a batch of 100 fits below 1000 waiting ones', async () => {
  const { receiver, accept, end } = start()
  const stop = new AbortController()
  accept(...range(1, 256 + 900).map((id) => update(id, id)))
  expect(receiver.hasCapacity()).toBe(true)
  await receiver.waitForCapacity(stop.signal)
  accept(update(2000, 2000))
  expect(receiver.hasCapacity()).toBe(false)
  let free = false
  const room = receiver.waitForCapacity(stop.signal).then(() => {
    free = true
  })
  await sleep(0)
  expect(free).toBe(false)
  await end(1)
  await room
  expect(receiver.hasCapacity()).toBe(true)
})

test('whoever waits for room is woken by the stop', async () => {
  const { receiver, accept } = start()
  const stop = new AbortController()
  accept(...range(1, 256 + 901).map((id) => update(id, id)))
  const room = receiver.waitForCapacity(stop.signal)
  stop.abort()
  await room
  expect(receiver.hasCapacity()).toBe(false)
})

test('past its deadline an update is logged and its chat goes on; its late end changes nothing more', async () => {
  const { receiver, lines, losses, started, settled, accept, end } = start(2000)
  accept(update(1, ANA), update(2, ANA))
  await expect.poll(() => settled).toEqual([1])
  expect(lines).toMatchObject([
    {
      level: 'error',
      message: 'update past its deadline',
      update_id: 1,
      chat_id: ANA,
      duration_ms: 2000,
      outcome: 'late',
    },
  ])
  expect(losses).toEqual(['late'])
  expect(started).toEqual([1, 2])
  await end(1)
  expect([receiver.running, receiver.waiting]).toEqual([1, 0])
  await end(2)
  expect([receiver.running, receiver.waiting]).toEqual([0, 0])
  expect(lines).toHaveLength(1)
})

test('a drain waits for what runs and for what waits', async () => {
  const { receiver, accept, end } = start()
  accept(update(1, ANA), update(2, ANA))
  const drained = receiver.drain(5000)
  await end(1)
  await end(2)
  expect(await drained).toBe(true)
})

test('a drain past its deadline names every update that it leaves behind', async () => {
  const { receiver, lines, losses, accept } = start()
  accept(update(1, ANA), update(2, ANA), update(3, BEA), update(4))
  expect(await receiver.drain(20)).toBe(false)
  expect(lines.map(({ message, update_id, outcome }) => [message, update_id, outcome])).toEqual(
    [1, 2, 3, 4].map((id) => ['update unfinished at the stop', id, 'unfinished']),
  )
  expect(losses).toEqual(Array(4).fill('unfinished'))
})
