import { afterAll, beforeAll, expect, it } from 'vitest'
import { onCluster } from './cluster.ts'
import { report } from './figures.ts'
import { type Front, type Route, startFront } from './front.ts'
import { deliveries, waitForLine, waitForUpdates } from './lines.ts'
import { podsOf } from './pods.ts'
import { chat, chatUntil, createWorld, type World } from './world.ts'

const CHATS = 8
const HOST = 'bot.example.org'
const HTTP_ROUTES = 'httproutes.gateway.networking.k8s.io'

await onCluster('a bot behind a webhook on a cluster', (cluster) => {
  let world: World
  let front: Front
  /** The front's namespace, from which alone the bot may be reached. */
  const frontNamespace = () => `${world.stack.namespace}-front`
  const objects = async (kind: string) =>
    (await cluster.get(kind, '--namespace', world.stack.namespace)).items

  /** The front serves what the object on the cluster asks for. */
  async function serve(route: Route): Promise<void> {
    await front?.remove()
    const { namespace } = world.stack
    front = await startFront(cluster, { route, from: namespace, namespace: frontNamespace() })
    world.routeWebhook(`${front.url}${route.path}`)
  }

  beforeAll(async () => {
    world = await createWorld(cluster, ({ sumoEndpoint }) => ({
      collector: 'otel',
      sumoEndpoint,
      receive: 'webhook',
      webhookHost: HOST,
    }))
    const { stack } = world
    await stack.set({ 'webhookNamespaces[0]': frontNamespace() })
    const { seconds } = await stack.up()
    report('up of a bot with a webhook', seconds, 's')
    const [ingress] = await objects('ingresses')
    const [{ host, http }] = ingress.spec.rules
    const [{ path, pathType, backend }] = http.paths
    expect({ host, pathType }).toEqual({ host: HOST, pathType: 'Exact' })
    const [service] = await objects('services')
    const { port } = service.spec.ports.find(
      ({ name }: { name: string }) => name === backend.service.port.name,
    )
    await serve({ path, service: backend.service.name, port })
  })
  afterAll(async () => {
    await front?.remove()
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

  it('answers through an HTTPRoute instead, once the stack chooses a Gateway', async ({ skip }) => {
    const hasGatewayApi = await cluster.kubectl('get', 'crd', HTTP_ROUTES).then(
      () => true,
      () => false,
    )
    skip(!hasGatewayApi, 'the cluster has no objects of Gateway API')
    await world.stack.set({ webhookRoute: 'gateway', webhookGateway: 'gateways/public/https' })
    await world.stack.up()

    expect(await objects('ingresses')).toEqual([])
    const [{ spec }] = await objects(HTTP_ROUTES)
    expect(spec).toMatchObject({
      parentRefs: [{ kind: 'Gateway', namespace: 'gateways', name: 'public', sectionName: 'https' }],
      hostnames: [HOST],
      rules: [{ matches: [{ path: { type: 'Exact' }, method: 'POST' }] }],
    })
    const [{ matches, backendRefs }] = spec.rules
    const [{ path, method }] = matches
    await serve({ path: path.value, method, service: backendRefs[0].name, port: backendRefs[0].port })

    const chats = await Promise.all(Array.from({ length: CHATS }, () => chat(world.bot.person(), 10)))
    await waitForUpdates(world.sumo, chats.flat())
    expect((await fetch(`${front.url}/metrics`)).status).toBe(404)
  })
})
