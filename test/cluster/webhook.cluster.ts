import { afterAll, beforeAll, expect, it } from 'vitest'
import { onCluster } from './cluster.ts'
import { report } from './figures.ts'
import { type Ingress, startIngress } from './ingress.ts'
import { deliveries, waitForLine, waitForUpdates } from './lines.ts'
import { podsOf } from './pods.ts'
import { chat, chatUntil, createWorld, type World } from './world.ts'

const CHATS = 8

await onCluster('a bot behind a webhook on a cluster', (cluster) => {
  let world: World
  let ingress: Ingress
  beforeAll(async () => {
    world = await createWorld(cluster, ({ sumoEndpoint }) => ({
      collector: 'otel',
      sumoEndpoint,
      receive: 'webhook',
      webhookHost: 'bot.example.org',
    }))
    const { stack, image } = world
    const namespace = `${stack.namespace}-ingress`
    await stack.set({ 'webhookNamespaces[0]': namespace })
    const { seconds } = await stack.up()
    report('up of a bot with a webhook', seconds, 's')
    const { items } = await cluster.get('services', '--namespace', stack.namespace)
    const service = `${items[0].metadata.name}.${stack.namespace}.svc`
    ingress = await startIngress(cluster, { namespace, image, service })
    world.routeWebhook(`${ingress.url}/telegram`)
  })
  afterAll(async () => {
    await ingress?.remove()
    await world?.end()
  })

  it('answers what is posted to its Service, from two pods', async () => {
    const chats = await Promise.all(Array.from({ length: CHATS }, () => chat(world.bot.person(), 10)))
    await waitForUpdates(world.sumo, chats.flat())

    await expect.poll(() => podsOf(world)).toMatchObject([{ ready: true }, { ready: true }])
    for (const { name } of await podsOf(world)) {
      expect((await deliveries(world.sumo, name))[0]?.lines).toContainEqual(
        expect.objectContaining({ outcome: 'ok' }),
      )
    }
  })

  it('loses neither a message nor a line while its pods are replaced', async () => {
    const before = await podsOf(world)
    expect(before).toHaveLength(2)
    await world.stack.set({ logLevel: 'debug' })
    const start = performance.now()
    const up = world.stack.up()
    const chats = await Promise.all(Array.from({ length: CHATS }, () => chatUntil(up, world.bot.person())))
    const seconds = (performance.now() - start) / 1000
    const updates = chats.flat()
    report('messages a second through a rolling update', updates.length / seconds)

    await waitForUpdates(world.sumo, updates)
    for (const { name } of before) {
      await waitForLine(world.sumo, ({ instance, message }) => instance === name && message === 'stopped')
      expect(await deliveries(world.sumo, name)).toMatchObject([{ missing: [], repeated: 0 }])
    }
    await expect.poll(() => world.bot.pending).toBe(0)
  })
})
