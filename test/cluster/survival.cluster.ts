import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { onCluster } from './cluster.ts'
import { report } from './figures.ts'
import { type Killer, startKiller } from './killer.ts'
import { arrivals, deliveries, parseLine, waitForLine, waitForUpdates } from './lines.ts'
import { followBot, waitForPod } from './pods.ts'
import { chat, chatUntil, createWorld, type World } from './world.ts'

const OUTAGE_MS = 30_000
/** The exporter's longest pause between two tries, and a second's slack for each of them. */
const RECOVERY_MS = 60_000

await onCluster('no line is lost on a cluster', (cluster) => {
  let world: World
  let killer: Killer
  beforeAll(async () => {
    world = await createWorld(cluster, ({ sumoEndpoint }) => ({ collector: 'otel', sumoEndpoint }))
    await world.stack.up()
    killer = await startKiller(world)
  })
  afterAll(async () => {
    await killer?.remove()
    await world?.end()
  })

  /** Whether every one of these updates has its line at Sumo Logic, and no line of the pod is missing there. */
  async function expectAll(updates: number[], pod: string, timeoutMs = RECOVERY_MS): Promise<void> {
    await waitForUpdates(world.sumo, updates, timeoutMs)
    for (const { boot, missing } of await deliveries(world.sumo, pod, timeoutMs))
      expect({ boot, missing }).toEqual({ boot, missing: [] })
  }

  async function repeatedOf(pod: string): Promise<number> {
    return (await deliveries(world.sumo, pod)).reduce((sum, { repeated }) => sum + repeated, 0)
  }

  it('when the bot is killed', async () => {
    const pod = await waitForPod(world)
    const updates = await chat(world.bot.person(), 50)
    // What is being said in that moment may go unanswered and unlogged.
    const others = world.bot.person()
    for (let n = 0; n < 10; n++) others.send('/time')
    await killer.kill(pod.uid, 'bot/main.ts')
    await waitForPod(world, ({ bot, ready }) => ready && bot.restartCount === 1)
    updates.push(...(await chat(world.bot.person(), 5)))

    await expectAll(updates, pod.name)
    expect((await waitForPod(world)).name).toBe(pod.name)
    expect(await deliveries(world.sumo, pod.name)).toHaveLength(2)
    expect(await repeatedOf(pod.name)).toBe(0)
  })

  it('when the collector is killed, while lines are written', async () => {
    const pod = await waitForPod(world)
    const person = world.bot.person()
    const before = await chat(person, 20)
    await expectAll(before, pod.name)
    const updates = await chatUntil(killer.kill(pod.uid, 'otelcol-sumo'), person)
    await waitForPod(world, ({ collector, ready }) => ready && collector.restartCount === 1)
    const after = await chat(person, 20)

    await expectAll([...updates, ...after], pod.name)
    report('lines repeated by a killed collector', await repeatedOf(pod.name))
    // Nothing is read from its beginning again: only what was on its way may come twice.
    const again = arrivals(world.sumo).filter(({ update_id = 0 }) => before.includes(update_id))
    expect(again).toHaveLength(before.length)
  })

  it('when Sumo Logic is down for 30 s, and the bot answers meanwhile', async () => {
    const pod = await waitForPod(world)
    const repeated = await repeatedOf(pod.name)
    world.sumo.fault({ answer: 'down' })
    const updates = await chatUntil(sleep(OUTAGE_MS), world.bot.person())
    world.sumo.clearFaults()
    const back = performance.now()

    await expectAll(updates, pod.name)
    report('last line of the outage after its end', (performance.now() - back) / 1000, 's')
    report('lines repeated by an outage', (await repeatedOf(pod.name)) - repeated)
  })

  it('when the pod is deleted, its last line included', async () => {
    const pod = await waitForPod(world)
    const updates = await chat(world.bot.person(), 100)
    const start = performance.now()
    await cluster.kubectl('delete', 'pod', pod.name, '--namespace', world.stack.namespace)
    report('deletion of a pod', (performance.now() - start) / 1000, 's')

    await waitForLine(world.sumo, ({ instance, message }) => instance === pod.name && message === 'stopped')
    await expectAll(updates, pod.name)
    expect((await deliveries(world.sumo, pod.name)).at(-1)?.lines.at(-1)).toMatchObject({
      message: 'stopped',
      code: 0,
    })
  })

  it('but what was not sent yet when the pod is deleted while Sumo Logic is down', async () => {
    const pod = await waitForPod(world)
    const written = followBot(world, pod.name)
    await expectAll(await chat(world.bot.person(), 20), pod.name)
    const [before] = await deliveries(world.sumo, pod.name)
    const lastSent = before?.lines.at(-1)?.seq

    world.sumo.fault({ answer: 'down' })
    await chat(world.bot.person(), 80)
    const start = performance.now()
    await cluster.kubectl('delete', 'pod', pod.name, '--namespace', world.stack.namespace)
    report('deletion of a pod during an outage', (performance.now() - start) / 1000, 's')
    world.sumo.clearFaults()
    const successor = await waitForPod(world)
    await expectAll(await chat(world.bot.person(), 5), successor.name)

    const lines = (await written).map(parseLine)
    const arrived = new Set(arrivals(world.sumo).map(({ boot, seq }) => `${boot} ${seq}`))
    const lost = lines.filter(({ boot, seq }) => !arrived.has(`${boot} ${seq}`))
    report('lines lost by deleting a pod during an outage', lost.length)
    expect(lines.at(-1)).toMatchObject({ message: 'stopped' })
    for (const { seq } of lost) expect(seq).toBeGreaterThan(Number(lastSent))
  })
})
