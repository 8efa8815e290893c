import type { ExpectStatic } from 'vitest'
import { texts } from '../process/telegram/telegram.ts'
import type { BotAccount } from '../standins/telegram/bot.ts'
import type { Person } from '../standins/telegram/person.ts'
import type { BotProcess } from '../support/botProcess.ts'
import { WAIT_TIMEOUT_MS } from '../support/feed.ts'

/** People who write, and what each of them is owed. */
export function createCrowd(account: BotAccount, size: number) {
  const people = Array.from({ length: size }, () => account.person())
  const owed = new Map<Person, string[]>(people.map((person) => [person, []]))
  let written = 0

  /** Everybody writes one message. */
  function write(): void {
    for (const [person, answers] of owed) {
      person.send(`/say_hi ${++written}`)
      answers.push(`Hola, ${written}`)
    }
  }

  /** How many answers have come. */
  const answered = () => people.reduce((sum, person) => sum + person.replies.length, 0)

  /** Each message got its own answer, once and in its turn, and nothing else was said or logged. */
  async function expectAnswers(expect: ExpectStatic, bot: BotProcess): Promise<void> {
    await expect.poll(answered, { timeout: 4 * WAIT_TIMEOUT_MS }).toBeGreaterThanOrEqual(written)
    expect(await bot.stop()).toBe(0)
    const wrong = people.filter((person) => texts(person).join() !== owed.get(person)?.join())
    expect(wrong.map(texts)).toEqual([])
    const failed = bot.lines().filter(({ message }) => message === 'update failed')
    expect(failed).toEqual([])
  }

  /**
   * The same where connections are cut with calls on them: whether such a call arrived nobody knows, so that it is not
   * repeated. Its person gets an apology instead, and a line says so; nobody gets an answer twice.
   */
  async function expectAnswersOrApologies(expect: ExpectStatic, bot: BotProcess): Promise<void> {
    await expect.poll(answered, { timeout: 4 * WAIT_TIMEOUT_MS }).toBeGreaterThanOrEqual(written)
    expect(await bot.stop()).toBe(0)
    const said = people.map((person) => texts(person).filter((text) => text.startsWith('Hola')))
    expect(said.filter((answers) => new Set(answers).size !== answers.length)).toEqual([])
    const failed = bot.lines().filter(({ message }) => message === 'update failed')
    expect(failed.filter(({ outcome }) => outcome !== 'unreachable')).toEqual([])
    const apologies = people.flatMap(texts).filter((text) => text.startsWith('Uh!'))
    const told = failed.filter((line) =>
      apologies.some((text) => text.includes(`(código ${line.update_id})`)),
    )
    const cutAsWell = bot.lines().filter(({ message }) => message === 'notice not sent')
    expect(told.length + cutAsWell.length).toBeGreaterThanOrEqual(failed.length)
    expect(said.flat().length + failed.length).toBeGreaterThanOrEqual(written)
  }

  return { write, answered, expectAnswers, expectAnswersOrApologies }
}
