import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { claimName } from '../../infra/claim.ts'
import { logStoreService } from '../../infra/network.ts'
import { onCluster } from './cluster.ts'
import { report, secondsOn } from './figures.ts'
import { type Killer, startKiller } from './killer.ts'
import { followBot, podsOf, waitForPod } from './pods.ts'
import { askStore, makeVolumes, missingUpdates, type Stored, storedLines, storedWith } from './store.ts'
import { chat, chatUntil, createWorld, type World } from './world.ts'

const CLAIM = '512Mi'
const OUTAGE_MS = 30_000
/** A second to a part in memory, a second of its age, a second to the next look at it; the rest is for a busy machine. */
const UNSAVED_MS = 5000
const STORE = 'app.kubernetes.io/component=log-store'

await onCluster('a bot, its collector and a log store of its own, with no account', (cluster) => {
  let world: World
  let killer: Killer
  let removeVolumes: () => Promise<void>
  beforeAll(async () => {
    world = await createWorld(cluster, () => ({
      collector: 'otel',
      logStore: 'victorialogs',
      logPersistence: CLAIM,
    }))
    const { instance } = world.stack
    removeVolumes = await makeVolumes(cluster, world.stack, [
      claimName(instance, CLAIM),
      claimName(logStoreService(instance), '1Gi'),
    ])
  })
  afterAll(async () => {
    await killer?.remove()
    await world?.end()
    await removeVolumes?.()
  })

  const within = () => ['--namespace', world.stack.namespace]
  const stores = () => `deployment/${storeDeployment}`
  let storeDeployment = ''

  /** The only pod of the store, once it is ready. */
  async function waitForStore(): Promise<{ name: string; uid: string }> {
    const look = async () => {
      const { items } = await cluster.get('pods', ...within(), '--selector', STORE)
      const [pod, ...others] = items
      const ready = pod?.status.conditions?.some(
        ({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True',
      )
      if (!ready || others.length > 0 || pod.metadata.deletionTimestamp) throw new Error('no store is ready')
      return { name: pod.metadata.name, uid: pod.metadata.uid }
    }
    return vi.waitFor(look, { timeout: 120_000, interval: 500 })
  }

  /** No update without its line, and no line missing below the highest of its process start. */
  async function expectAll(pod: string, updates: number[]): Promise<Stored[]> {
    const { stored, missing } = await storedWith(world, pod, updates)
    expect(missing).toEqual([])
    expect(stored.map(({ boot, last }) => [boot, last])).toEqual(
      stored.map(({ boot, there }) => [boot, there]),
    )
    return stored
  }
  const repeatedIn = (stored: Stored[]) => stored.reduce((sum, { came, there }) => sum + came - there, 0)

  it('shows a line on its web page within a minute of `npm run up`', async () => {
    const limit = secondsOn(60)
    const start = performance.now()
    await world.stack.npmRun('up', world.stack.name, '--yes', '--skip-preview')
    const query = '* | unpack_json | filter message:="started"'
    const look = async () => (await world.stack.npmRun('logs', world.stack.name, '--query', query)).stdout
    await expect.poll(look).toContain('"started"')
    const seconds = (performance.now() - start) / 1000
    expect(report('npm run up, to a line in the log store', seconds, 's')).toBeLessThan(limit)
    const { items } = await cluster.get('deployments', ...within(), '--selector', STORE)
    storeDeployment = items[0].metadata.name
    killer = await startKiller(world)
  })

  it('has every line of the pod exactly once', async () => {
    const pod = await waitForPod(world)
    const updates = await chat(world.bot.person(), 100)
    const [stored, ...others] = await expectAll(pod.name, updates)
    expect(others).toEqual([])
    expect(stored).toMatchObject({ came: stored?.there })
    // The last line that the pod has written is the last one there.
    const written = await cluster.kubectl('logs', pod.name, '--container', 'bot', ...within())
    const lines = written.split('\n').filter((line) => line.startsWith('{'))
    const count = async () => (await storedLines(world, pod.name))[0]?.there
    await expect.poll(count).toBe(JSON.parse(lines.at(-1) ?? '').seq)
    const [line] = await askStore(world, `* | unpack_json | filter update_id:=${updates[0]}`)
    expect(line).toMatchObject({ severity_number: '9', severity_text: 'info', _sourceHost: pod.name })
  })

  it('misses no line when the collector is killed', async () => {
    const pod = await waitForPod(world)
    const updates = await chatUntil(killer.kill(pod.uid, 'otelcol-sumo'), world.bot.person())
    updates.push(...(await chat(world.bot.person(), 20)))
    report(
      'lines repeated in the log store by a killed collector',
      repeatedIn(await expectAll(pod.name, updates)),
    )
  })

  it('misses no line when the pod of the log store is deleted', async () => {
    const pod = await waitForPod(world)
    const store = await waitForStore()
    const deletion = cluster.kubectl('delete', 'pod', store.name, ...within())
    const updates = await chatUntil(deletion, world.bot.person())
    updates.push(...(await chat(world.bot.person(), 20)))
    await expectAll(pod.name, updates)
    expect((await waitForPod(world)).bot.restartCount).toBe(0)
  })

  it('misses no line when the log store is not there for 30 s, and the collector says so', async () => {
    const pod = await waitForPod(world)
    await cluster.kubectl('scale', stores(), '--replicas', '0', ...within())
    const updates = await chatUntil(sleep(OUTAGE_MS), world.bot.person())
    const said = await cluster.kubectl('logs', pod.name, '--container', 'collector', ...within())
    expect(said).toContain('Exporting failed. Will retry the request after interval.')
    await cluster.kubectl('scale', stores(), '--replicas', '1', ...within())
    const stored = await expectAll(pod.name, updates)
    report('lines repeated in the log store by an outage', repeatedIn(stored))
    expect(await podsOf(world)).toMatchObject([{ name: pod.name, bot: { restartCount: 0 } }])
  })

  it('misses no line, each at least once, when the pod is deleted while the log store is not there', async () => {
    const pod = await waitForPod(world)
    const written = followBot(world, pod.name)
    await cluster.kubectl('scale', stores(), '--replicas', '0', ...within())
    await cluster.kubectl('wait', '--for', 'delete', 'pod', '--selector', STORE, ...within())
    const updates = await chat(world.bot.person(), 80)
    await cluster.kubectl('delete', 'pod', pod.name, ...within())
    await cluster.kubectl('scale', stores(), '--replicas', '1', ...within())
    const successor = await waitForPod(world, ({ name, ready }) => ready && name !== pod.name)
    const later = await chat(world.bot.person(), 5)

    await expectAll(successor.name, later)
    const [stored] = await expectAll(pod.name, updates)
    const lines = (await written).map((line) => JSON.parse(line))
    expect(lines.at(-1)).toMatchObject({ message: 'stopped' })
    expect(stored).toMatchObject({ boot: lines.at(-1).boot, last: lines.at(-1).seq })
  })

  it('lacks at most what it confirmed in its last seconds when the log store is killed', async () => {
    const pod = await waitForPod(world)
    const store = await waitForStore()
    const saved = await chat(world.bot.person(), 20)
    await expectAll(pod.name, saved)
    await sleep(UNSAVED_MS)
    const risked = await chatUntil(killer.kill(store.uid, 'victoria-logs'), world.bot.person())
    const later = await chat(world.bot.person(), 20)
    const missing = () => missingUpdates(world, [...saved, ...later]).catch(() => 'no answer')
    await expect.poll(missing, { timeout: 90_000 }).toEqual([])
    report('lines that a killed log store lacks', (await missingUpdates(world, risked)).length)
    expect((await waitForPod(world)).bot.restartCount).toBe(0)
  })

  it('leaves no claim behind when it is destroyed', async () => {
    await world.stack.destroy()
    const { items } = await cluster.get('persistentvolumeclaims', '--all-namespaces')
    expect(
      items.filter(
        ({ metadata }: { metadata: { namespace: string } }) => metadata.namespace === world.stack.namespace,
      ),
    ).toEqual([])
  })
})
