import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestContext } from 'vitest'
import type { Person } from '../../standins/telegram/person.ts'
import { WAIT_TIMEOUT_MS } from '../../support/feed.ts'
import { createRandom } from '../../support/random.ts'
import { type Mode, setupBot, texts, updateLines } from './telegram.ts'

type Json = Record<string, unknown>

const TEXTS = ['/start', '/help', '/say_hi Ada', '/stop', '/time', '/tv', '/busqueda_centro', 'hola', '/ñ 🐉']
const KINDS = ['message', 'callback_query', 'edited_message', 'my_chat_member', 'poll', 'unheard_of']

/** What no field of Telegram's should be. */
const STRANGE: unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  '7',
  'x'.repeat(20_000),
  '\u0000\ud800\u202e',
  [],
  [null],
  [[]],
  {},
  { id: {} },
  { constructor: 1, length: -1 },
]

/** A well-formed update of the person, of any kind. */
function update(person: Person, random: () => number): Json {
  const pick = <T>(values: T[]) => values[Math.floor(random() * values.length)] as T
  const text = pick(TEXTS)
  const chat = { id: person.id, type: 'private', first_name: 'Ada' }
  const from = { ...person.user }
  const message: Json = { message_id: 7, date: 1_800_000_000, chat, from, text }
  if (text.startsWith('/'))
    message.entities = [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]?.length }]
  if (random() < 0.1) message.location = { latitude: 1.5, longitude: -2.5 }
  // Mostly messages: theirs is the promise of exactly one answer.
  const kind = random() < 0.6 ? 'message' : pick(KINDS)
  const press = { id: 'unknown', from, message, chat_instance: '1', data: pick(['tv:jon', 'tv:nobody', '']) }
  return { [kind]: kind === 'callback_query' ? press : kind === 'poll' ? { id: '1', options: [] } : message }
}

/** Drops, retypes or enlarges fields at any depth. */
function spoil(value: Json, random: () => number): void {
  const keys = Object.keys(value)
  const key = keys[Math.floor(random() * keys.length)]
  if (key === undefined) return
  const inner = value[key]
  if (typeof inner === 'object' && inner !== null && random() < 0.75) spoil(inner as Json, random)
  else if (random() < 0.4) delete value[key]
  else value[key] = structuredClone(STRANGE[Math.floor(random() * STRANGE.length)])
}

/** Whether the bot owes the person of the update an answer: it is from that person, and not a service message. */
function deservesAnswer(update: Json, person: Person): boolean {
  const { message } = update as { message?: { chat?: Json; from?: Json; text?: unknown; location?: unknown } }
  const isHere = message?.chat?.id === person.id && message.from?.id === person.id
  return isHere && message.from?.is_bot !== true && ('text' in message || 'location' in message)
}

/** So many updates, most of them malformed: each is one line, and each that deserves it one answer. */
export async function fuzz(
  t: TestContext,
  mode: Mode,
  times: number,
  seed = randomInt(2 ** 31),
): Promise<void> {
  const random = createRandom(seed)
  const { account, start } = await setupBot(t, mode)
  const bot = await start({ LOG_STDOUT: 'false' })
  await bot.waitUntilReady()
  const sent: { id: number; json: string; person: Person; deserves: boolean }[] = []
  for (let n = 0; n < times; n++) {
    const person = account.person()
    const content = update(person, random)
    for (let spoils = Math.floor(random() * 4); spoils > 0; spoils--) spoil(content, random)
    const id = account.push(content)
    if (id !== 0)
      sent.push({
        id,
        json: JSON.stringify(content).slice(0, 2000),
        person,
        deserves: deservesAnswer(content, person),
      })
    if (n % 200 === 199) await sleep(0)
  }
  const why = `seed ${seed}`
  await t.expect.poll(() => account.pending, { timeout: times * 20 + WAIT_TIMEOUT_MS, message: why }).toBe(0)
  const end = account.person()
  end.send('/say_hi end')
  await end.waitForReply('Hola, end', times * 20 + WAIT_TIMEOUT_MS)
  t.expect(await bot.stop(), why).toBe(0)

  const lines = new Map<unknown, number>()
  for (const { update_id } of updateLines(bot)) lines.set(update_id, (lines.get(update_id) ?? 0) + 1)
  const wrong = sent.filter(
    ({ id, person, deserves }) =>
      lines.get(id) !== 1 || (deserves && person.replies.length !== 1) || person.replies.length > 1,
  )
  t.expect(wrong.map(({ id, json, person }) => [why, lines.get(id), texts(person), json])).toEqual([])
  t.expect(sent.filter(({ deserves }) => deserves).length, why).toBeGreaterThan(times / 5)
}
