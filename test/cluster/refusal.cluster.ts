import { afterAll, beforeAll, expect, it } from 'vitest'
import { onCluster } from './cluster.ts'
import { report } from './figures.ts'
import { deliveries, waitForLine } from './lines.ts'
import { waitForPod } from './pods.ts'
import { chat, createWorld, type World } from './world.ts'

await onCluster('npm run up, and a token that is refused', (cluster) => {
  let world: World
  beforeAll(async () => {
    const settings = { collector: 'otel', logLevel: 'debug' }
    world = await createWorld(cluster, ({ sumoUrl, sumoInstallationToken }) => ({
      ...settings,
      sumoUrl,
      sumoInstallationToken,
    }))
  })
  afterAll(() => world?.end())

  /** @returns what it printed; a failure's too, after `failed: ` */
  async function npmRunUp(): Promise<string> {
    const start = performance.now()
    const printed = await world.stack.npmRun('up', world.stack.name, '--yes', '--skip-preview').then(
      ({ stdout, stderr }) => stdout + stderr,
      ({ stdout, stderr }) => `failed: ${stdout}${stderr}`,
    )
    report(
      `npm run up, ${printed.startsWith('failed') ? 'failing' : 'done'}`,
      (performance.now() - start) / 1000,
      's',
    )
    return printed
  }

  it('deploys a bot whose collector registers by the name of the pod', async () => {
    expect(await npmRunUp()).toMatch(/^The new pod is ready\.$/m)

    const pod = await waitForPod(world)
    const [update] = await chat(world.bot.person(), 1)
    await waitForLine(world.sumo, ({ update_id }) => update_id === update)
    expect(await deliveries(world.sumo, pod.name)).toMatchObject([{ missing: [], repeated: 0 }])
    expect(world.sumo.collectors()).toMatchObject([{ name: pod.name, asked: { ephemeral: true } }])
  })

  it('touches nothing when Telegram refuses the token, and says so', async () => {
    const before = await waitForPod(world)
    const token = world.telegram.newToken()
    world.telegram.bot(token).revoke()
    await world.stack.set({ telegramToken: token })

    const printed = await npmRunUp()
    expect(printed).toMatch(/^failed: /)
    expect(printed).toContain('Telegram answers: Unauthorized')
    expect(printed).toContain('Nothing was touched.')
    expect(printed).not.toContain(token)
    expect(await waitForPod(world)).toEqual(before)
  })

  it('fails with the last words of a bot that ends again and again', async () => {
    const token = world.telegram.newToken()
    const bot = world.telegram.bot(token)
    await world.stack.set({ telegramToken: token })

    const printed = npmRunUp()
    await bot.waitForCall('getMe', undefined, 120_000)
    bot.revoke() // when the token was found good, and before the pod starts

    expect(await printed).toMatch(/^failed: [\s\S]*bot ended with code 3:[\s\S]*refuses TELEGRAM_TOKEN/)
  })

  it('fails with the last words of a collector whose token is refused; the bot waits or answers', async () => {
    const token = world.telegram.newToken()
    await world.stack.set({ telegramToken: token, sumoInstallationToken: 'wrong' })
    expect(await npmRunUp()).toMatch(
      /^failed: [\s\S]*collector ended with code 1:[\s\S]*got HTTP status code: 401/,
    )

    const pod = await waitForPod(world, ({ ready }) => !ready)
    expect(pod.bot.restartCount).toBe(0)
    if (pod.bot.state.running) await chat(world.telegram.bot(token).person(), 1)
    else expect(pod.bot.state.waiting).toMatchObject({ reason: 'PodInitializing' })
    report('bots that run beside a refused collector', pod.bot.state.running ? 1 : 0)
  })

  it('is mended by the right token', async () => {
    await world.stack.set({ sumoInstallationToken: world.sumo.installationToken })
    expect(await npmRunUp()).toMatch(/^The new pod is ready\.$/m)
  })
})
