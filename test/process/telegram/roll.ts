import { setTimeout as sleep } from 'node:timers/promises'
import type { TestContext } from 'vitest'
import type { Person } from '../../standins/telegram/person.ts'
import type { BotProcess } from '../../support/botProcess.ts'
import { portOf, type Setup, sayHi, setupBot, texts, waitForAnswers } from './telegram.ts'

const PEOPLE = 10
/** One message of each person in so many ms: 25 a second in all, nearly what Telegram lets one bot answer. */
const PAUSE_MS = 400
/** A person waits when so many answers are due: beyond 20 the bot drops messages, as it should. */
const MOST_DUE = 15
/** As long as Kubernetes takes to take a pod out of its Service. */
const ENDPOINTS_LAG_MS = 300

/** People who go on writing until they are told to stop; then everyone must have each answer once and in order. */
function startLoad(t: TestContext, { account }: Setup) {
  const people = Array.from({ length: PEOPLE }, () => account.person())
  const wanted = new Map<Person, string[]>(people.map((person) => [person, []]))
  const timer = setInterval(() => {
    for (const [person, answers] of wanted) {
      if (answers.length - person.replies.length < MOST_DUE)
        answers.push(sayHi(person, String(answers.length)))
    }
  }, PAUSE_MS)
  t.onTestFinished(() => clearInterval(timer))

  async function finish(): Promise<void> {
    clearInterval(timer)
    for (const [person, answers] of wanted) await waitForAnswers(person, answers)
    await t.expect.poll(() => account.pending).toBe(0)
    for (const [person, answers] of wanted) {
      t.expect(answers.length).toBeGreaterThan(2)
      t.expect(texts(person)).toEqual(answers)
    }
  }
  return { finish }
}

/** What a drain had to leave behind. */
function unfinished(bot: BotProcess) {
  return bot.lines().filter(({ outcome }) => outcome === 'unfinished')
}

/** One instance after the other, as Recreate does it. */
export async function rollPolling(t: TestContext, times: number): Promise<void> {
  const scene = await setupBot(t, 'polling')
  let bot = await scene.start()
  await bot.waitUntilReady()
  const load = startLoad(t, scene)
  for (let i = 0; i < times; i++) {
    await sleep(2 * PAUSE_MS)
    t.expect(await bot.stop()).toBe(0)
    t.expect(unfinished(bot)).toEqual([])
    bot = await scene.start()
    await bot.waitUntilReady()
  }
  await load.finish()
}

/** Two instances, each replaced by one that is ready before it goes, as RollingUpdate does it with maxUnavailable 0. */
export async function rollWebhook(t: TestContext, times: number): Promise<void> {
  const scene = await setupBot(t, 'webhook')
  const replace = async (old: BotProcess) => {
    const port = portOf(await old.healthUrl())
    const young = await scene.start()
    await young.waitUntilReady()
    const [code] = await Promise.all([
      old.stop(),
      sleep(ENDPOINTS_LAG_MS).then(() => scene.service.remove(port)),
    ])
    t.expect(code).toBe(0)
    t.expect(unfinished(old)).toEqual([])
    return young
  }
  let bots: BotProcess[] = await Promise.all([scene.start(), scene.start()])
  await Promise.all(bots.map((bot) => bot.waitUntilReady()))
  const load = startLoad(t, scene)
  for (let i = 0; i < times; i++) bots = await Promise.all(bots.map(replace))
  await load.finish()
  t.expect(scene.account.calls.filter(({ method }) => method === 'setWebhook').length).toBeLessThanOrEqual(2)
}
