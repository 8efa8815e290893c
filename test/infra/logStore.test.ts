import { describe, expect, test } from 'vitest'
import { checkSettings } from '../../infra/settings/settings.ts'
import { configOf, deploy, environmentOf, type Stack, WEBHOOK } from './deploy.ts'
import { violations } from './podSecurity.ts'

const SECRETS: Stack['secrets'] = ['telegramToken']
const STORE = 'bitacora-logs'
const withStore = (settings = {}) =>
  deploy({ stack: 'dev', settings: { logStore: 'victorialogs', ...settings }, secrets: SECRETS })

describe('the log store', () => {
  test('is what the collector sends to, by the exporter and the queue that Sumo Logic gets', async () => {
    const { collector, inputs } = await withStore()
    const { parameters, secrets } = environmentOf(collector, inputs)
    const { name, namespace } = inputs('Service', STORE).metadata
    const intake = `http://${name}.${namespace}.svc:9428/insert/opentelemetry/v1/logs`
    expect(parameters.SUMO_ENDPOINT).toBe(intake)
    expect(secrets).toEqual([])
    const sumo = await deploy({ stack: 'test' })
    const fileOf = (deployed: Awaited<ReturnType<typeof deploy>>) =>
      deployed.inputs('ConfigMap', 'bitacora-collector-file').data['config.yaml']
    expect(inputs('ConfigMap', 'bitacora-collector-file').data['config.yaml']).toBe(fileOf(sumo))
  })

  test('is reached by the pods of the bot and by nobody else, and reaches nobody', async () => {
    const { inputs } = await withStore()
    const store = inputs('NetworkPolicy', STORE).spec
    expect(store.ingress).toEqual([
      {
        from: [{ podSelector: inputs('Deployment', 'bitacora').spec.selector }],
        ports: [{ protocol: 'TCP', port: 9428 }],
      },
    ])
    expect(store).toMatchObject({ policyTypes: ['Ingress', 'Egress'], egress: [] })
    expect(store.podSelector).toEqual(inputs('Deployment', STORE).spec.selector)
    expect(JSON.stringify(inputs('NetworkPolicy', 'bitacora').spec.egress)).toContain('"port":9428')
  })

  test('meets "restricted", with a read-only root and limits', async () => {
    const { inputs } = await withStore()
    const pod = inputs('Deployment', STORE).spec.template.spec
    expect(violations(pod)).toEqual([])
    expect(pod.automountServiceAccountToken).toBe(false)
    const [container] = pod.containers
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
    expect(Object.keys(container.resources.limits).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory'])
  })

  test('keeps lines as long, and takes as much, as the stack says', async () => {
    const { inputs } = await withStore({ logStoreRetention: '30d', logStoreSize: '10Gi' })
    const pod = inputs('Deployment', STORE).spec.template.spec
    expect(pod.containers[0].args).toContain('-retentionPeriod=30d')
    expect(pod.containers[0].args).toContain(`-retention.maxDiskSpaceUsageBytes=${8 * 1024 ** 3}`)
    expect(pod.volumes).toEqual([{ name: 'data', emptyDir: { sizeLimit: '10Gi' } }])
  })

  test('is not there without the setting', async () => {
    const { all } = await deploy({ stack: 'test' })
    expect(all('Deployment')).toHaveLength(1)
    expect(all('Service')).toEqual([])
  })
})

describe('logPersistence', () => {
  test('puts the log files and the state of the collector on one claim, in folders of their own', async () => {
    const { inputs, pod, bot, collector } = await withStore({ logPersistence: '1Gi' })
    const claim = inputs('PersistentVolumeClaim', 'bitacora')
    expect(claim.spec.resources.requests.storage).toBe('1Gi')
    expect(claim.metadata.name).toBe('bitacora-dev-1gi')
    expect(pod.volumes).toContainEqual({
      name: 'logs-data',
      persistentVolumeClaim: { claimName: claim.metadata.name },
    })
    expect(JSON.stringify(pod.volumes)).not.toContain('emptyDir')
    expect(bot.volumeMounts).toEqual([{ name: 'logs-data', subPath: 'logs-data', mountPath: '/data/logs' }])
    expect(collector.volumeMounts).toEqual(
      expect.arrayContaining([
        { name: 'logs-data', subPath: 'logs-data', mountPath: '/data/logs', readOnly: true },
        { name: 'logs-data', subPath: 'collector-state', mountPath: '/data/state' },
      ]),
    )
    expect(bot.resources.limits['ephemeral-storage']).toBe('50Mi')
  })

  test('puts what the log store has on a claim of its size', async () => {
    const { inputs } = await withStore({ logPersistence: '1Gi', logStoreSize: '10Gi' })
    const claim = inputs('PersistentVolumeClaim', STORE)
    expect(claim.spec.resources.requests.storage).toBe('10Gi')
    expect(inputs('Deployment', STORE).spec.template.spec.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: claim.metadata.name } },
    ])
  })

  test('is off by default', async () => {
    const { all, pod } = await withStore()
    expect(all('PersistentVolumeClaim')).toEqual([])
    expect(pod.volumes).toContainEqual({ name: 'logs-data', emptyDir: { sizeLimit: '64Mi' } })
  })
})

describe('is refused with what to do:', () => {
  const STORE_ON = { logStore: 'victorialogs' }
  const KEPT = { logPersistence: '1Gi' }
  const TOKEN = { ...STORE_ON, allowImageTags: true, collectorImage: 'collector:1' }
  test.each<[title: string, settings: object, secrets: Stack['secrets'], issue: object]>([
    [
      'a collector that prints',
      { ...TOKEN, collector: 'console' },
      [],
      { key: 'collector', example: 'otel' },
    ],
    ['an image with a tag alone', { ...STORE_ON, logStoreImage: 'v:1' }, [], { key: 'logStoreImage' }],
    ['no image', STORE_ON, [], { key: 'logStoreImage' }],
    ['an address of Sumo Logic', TOKEN, ['sumoEndpoint'], { key: 'sumoEndpoint', example: undefined }],
    ['a token of Sumo Logic', TOKEN, ['sumoInstallationToken'], { key: 'sumoInstallationToken' }],
    ['hours', { ...TOKEN, logStoreRetention: '12h' }, [], { key: 'logStoreRetention', example: '7d' }],
    ['a volume too small', { ...TOKEN, logStoreSize: '1Mi' }, [], { key: 'logStoreSize' }],
    ['a claim behind a webhook', { ...TOKEN, ...WEBHOOK, ...KEPT }, [], { key: 'logPersistence' }],
    ['a claim too small', { ...TOKEN, logPersistence: '319Mi' }, [], { key: 'logPersistence' }],
    ['a claim in words', { ...TOKEN, logPersistence: 'yes' }, [], { key: 'logPersistence' }],
  ])('%s', (_title, settings, secrets = [], issue) => {
    const config = configOf({
      stack: 'test',
      settings: settings as Record<string, unknown>,
      secrets: ['telegramToken', ...secrets],
    })
    expect(checkSettings(config).issues).toEqual([expect.objectContaining(issue)])
  })

  test('a claim for the classic collector', () => {
    const settings = { ...KEPT, collector: 'installed' }
    const config = configOf({ stack: 'test', settings, secrets: ['telegramToken', 'sumoInstallationToken'] })
    expect(checkSettings(config).issues).toEqual([expect.objectContaining({ key: 'logPersistence' })])
  })

  test('but neither the smallest claim nor no claim', () => {
    for (const logPersistence of ['320Mi', 'false', false]) {
      const config = configOf({
        stack: 'test',
        settings: { ...TOKEN, logPersistence },
        secrets: ['telegramToken'],
      })
      expect(checkSettings(config).issues).toEqual([])
    }
  })
})
