import { afterAll, beforeAll, expect, it } from 'vitest'
import { onCluster } from './cluster.ts'
import { report, secondsOn } from './figures.ts'
import { deliveries, waitForLine } from './lines.ts'
import { waitForPod } from './pods.ts'
import { chat, createWorld, type World } from './world.ts'

await onCluster('a bot and its collector on a cluster', (cluster) => {
  let world: World
  let firstPod: string
  beforeAll(async () => {
    world = await createWorld(cluster, ({ sumoEndpoint }) => ({ collector: 'otel', sumoEndpoint }))
  })
  afterAll(() => world?.end())

  it('is previewed within 8 s', async () => {
    const limit = secondsOn(8)
    const start = performance.now()
    await world.stack.pulumi.preview()
    expect(report('preview', (performance.now() - start) / 1000, 's')).toBeLessThan(limit)
  })

  it('is ready within a minute, on a cluster that has only its image', async () => {
    const limit = secondsOn(60)
    const { seconds } = await world.stack.up()
    expect(report('up, from no namespace to a ready pod', seconds, 's')).toBeLessThan(limit)
    firstPod = (await waitForPod(world)).name
  })

  it('answers, and its line reaches Sumo Logic', async () => {
    const person = world.bot.person({ first_name: 'Grace', username: 'grace' })
    person.send('/start')
    await person.waitForReply('Hola, Grace')
    person.send('/tv')
    await person.waitForReply('Quien se queda con el trono?')
    person.press('Jon Snow')
    await person.waitForReply('Jon es demasiado bueno, nunca lo va a aceptar!')
    const [update] = await chat(person, 1)
    await waitForLine(world.sumo, ({ update_id }) => update_id === update)

    expect(world.sumo.received.at(-1)).toMatchObject({
      category: `${world.stack.name}/bot`,
      name: 'bitacora',
      host: firstPod,
      attributes: {},
      fields: { 'k8s.namespace.name': world.stack.namespace, 'k8s.pod.name': firstPod },
    })
  })

  it('changes nothing when it is deployed again', async () => {
    expect((await world.stack.up()).changed).toBe(0)
    expect((await waitForPod(world)).name).toBe(firstPod)
  })

  it('refuses a privileged pod in its namespace', async () => {
    const { namespace } = world.stack
    const { kubectl } = cluster
    const pod = ['intruder', '--image', world.image, '--privileged']
    const privileged = kubectl('run', ...pod, '--namespace', namespace, '--dry-run=server')
    await expect(privileged).rejects.toThrow('violates PodSecurity "restricted:v1.29"')
  })

  it('follows a change of the log level, and stops the pod before without losing a line', async () => {
    await chat(world.bot.person(), 100)
    await world.stack.set({ logLevel: 'warn' })
    await world.stack.up()
    const pod = await waitForPod(world, ({ name, ready }) => ready && name !== firstPod)

    await waitForLine(world.sumo, ({ instance, message }) => instance === firstPod && message === 'stopped')
    const [before, ...others] = await deliveries(world.sumo, firstPod)
    expect(others).toEqual([])
    expect(before).toMatchObject({ missing: [], repeated: 0 })
    expect(before?.lines.at(-1)).toMatchObject({ message: 'stopped', code: 0 })

    const person = world.bot.person()
    await chat(person, 3)
    world.bot.fault({
      method: 'sendMessage',
      status: 403,
      description: 'Forbidden: bot was blocked by the user',
    })
    person.send('/time')
    await waitForLine(world.sumo, ({ instance, level }) => instance === pod.name && level === 'warn')
    const [after] = await deliveries(world.sumo, pod.name)
    expect(after?.lines.map(({ message, level }) => [level, message])).toEqual([
      ['info', 'log file opened'],
      ['warn', 'update failed'],
    ])
  })

  it('is another bot when its token changes', async () => {
    const token = world.telegram.newToken()
    const before = await waitForPod(world)
    await world.stack.set({ telegramToken: token, logLevel: 'info' })
    await world.stack.up()

    await waitForPod(world, ({ name, ready }) => ready && name !== before.name)
    await chat(world.telegram.bot(token).person(), 1)
    expect(world.bot.polled).toBe(false)
  })

  it('has room beside it for a second stack, which prints its lines for want of Sumo Logic', async () => {
    const first = await waitForPod(world)
    const second = await createWorld(cluster, () => ({ collector: 'console' }))
    try {
      await second.stack.up()
      const [update] = await chat(second.bot.person(), 1)
      const { namespace } = second.stack
      const { name } = await waitForPod(second)
      const printed = () =>
        cluster.kubectl('logs', name, '--container', 'collector', '--namespace', namespace)
      await expect.poll(printed).toContain(`"update_id":${update},`)
      expect(await waitForPod(world)).toEqual(first)
    } finally {
      await second.end()
    }
  })

  it('leaves nothing when it is destroyed', async () => {
    await world.stack.destroy()

    const { kubectl } = cluster
    const namespaces = await kubectl('get', 'namespaces', '--output', 'name')
    expect(namespaces).not.toContain(world.stack.namespace)
    const { resources } = (await world.stack.pulumi.exportStack()).deployment
    expect(resources ?? []).toEqual([])
  })
})
