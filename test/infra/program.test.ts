import { beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../bot/config.ts'
import { revealed } from '../../infra/program.ts'
import { amountOf } from '../../infra/settings/quantity.ts'
import { deploy, environmentOf, SECRETS, type Stack, WEBHOOK } from './deploy.ts'
import { violations } from './podSecurity.ts'

const ENDPOINT = {
  name: 'otel with an endpoint',
  settings: { collector: 'otel' },
  secrets: ['sumoEndpoint'],
} as const
const REGISTERED = {
  name: 'otel with an installation token',
  settings: { collector: 'otel' },
  secrets: ['sumoInstallationToken'],
} as const
const ACCESS = {
  name: 'installed with an access key',
  settings: { collector: 'installed' },
  secrets: ['sumoAccessId', 'sumoAccessKey'],
} as const
const INSTALLED = {
  name: 'installed with an installation token',
  settings: { collector: 'installed' },
  secrets: ['sumoInstallationToken'],
} as const
const CONSOLE = {
  name: 'console',
  settings: { collector: 'console', logStore: 'none' },
  secrets: [],
} as const

const VARIABLES: Record<string, string> = {
  sumoEndpoint: 'SUMO_ENDPOINT',
  sumoAccessId: 'SUMO_ACCESS_ID',
  sumoAccessKey: 'SUMO_ACCESS_KEY',
}
const MODES = [
  { receive: 'polling', settings: {} },
  { receive: 'webhook', settings: WEBHOOK },
] as const

const CASES = [
  ...[ENDPOINT, REGISTERED, ACCESS, INSTALLED, CONSOLE].flatMap((collector) =>
    MODES.map((mode) => ({ stack: 'test', collector, mode })),
  ),
  { stack: 'dev', collector: CONSOLE, mode: MODES[0] },
  { stack: 'prod', collector: ENDPOINT, mode: MODES[0] },
].map((one) => ({ ...one, title: `${one.stack}, ${one.collector.name}, ${one.mode.receive}` }))

describe.each(CASES)('$title', ({ stack, collector: { name, settings, secrets }, mode }) => {
  const kind = settings.collector
  const webhook = mode.receive === 'webhook'
  let deployed: Awaited<ReturnType<typeof deploy>>
  beforeAll(async () => {
    const given: Stack = {
      stack,
      settings: { ...settings, ...mode.settings },
      secrets: ['telegramToken', ...secrets],
    }
    deployed = await deploy(given)
  })

  test('everything is in the namespace of the stack', () => {
    expect(deployed.inputs('Namespace').metadata.name).toBe(`bitacora-${stack}`)
    const elsewhere = deployed.resources.filter(
      ({ type, inputs }) =>
        type.startsWith('kubernetes:') &&
        !type.endsWith(':Namespace') &&
        (inputs.metadata as { namespace: string }).namespace !== `bitacora-${stack}`,
    )
    expect(elsewhere).toEqual([])
    expect(deployed.inputs('kubernetes').context).toBe('cluster-of-the-test')
  })

  test('the pod meets "restricted", but for the root that the classic collector needs', () => {
    expect(violations(deployed.pod)).toEqual(kind === 'installed' ? ['collector: root'] : [])
    const level = kind === 'installed' ? 'baseline' : 'restricted'
    expect(deployed.inputs('Namespace').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': level,
      'pod-security.kubernetes.io/warn': level,
      'pod-security.kubernetes.io/audit': level,
    })
    expect(deployed.pod.automountServiceAccountToken).toBe(false)
    expect(deployed.pod.enableServiceLinks).toBe(false)
  })

  test('root file systems are read-only, but for the classic collector', () => {
    expect(deployed.bot.securityContext.readOnlyRootFilesystem).toBe(true)
    expect(deployed.collector.securityContext.readOnlyRootFilesystem ?? false).toBe(kind !== 'installed')
  })

  test('no secret is outside an envelope, nor among the outputs', () => {
    const outside = JSON.stringify(deployed.resources.map(({ inputs }) => revealed(inputs, () => '…')))
    const outputs = JSON.stringify(deployed.outputs)
    for (const secret of Object.values(SECRETS)) {
      expect(outside).not.toContain(secret)
      expect(outputs).not.toContain(secret)
    }
    expect(JSON.stringify(deployed.all('Secret'))).toContain(SECRETS.telegramToken)
  })

  test('each container gets its own secrets and nothing more', () => {
    const bot = environmentOf(deployed.bot, deployed.inputs)
    const own = environmentOf(deployed.collector, deployed.inputs)
    expect(bot.secrets).toEqual(['TELEGRAM_TOKEN'])
    const token = kind === 'installed' ? 'SUMO_INSTALLATION_TOKEN' : 'SUMOLOGIC_INSTALLATION_TOKEN'
    expect(own.secrets).toEqual(secrets.map((key) => VARIABLES[key] ?? token))
    expect([...bot.values, ...own.values]).toEqual([])
    expect(deployed.bot.envFrom).toHaveLength(1)
    expect(deployed.collector.envFrom).toHaveLength(1)
    expect(Object.keys(bot.parameters).filter((variable) => variable in own.parameters)).toEqual([])
  })

  test('the bot accepts its environment, lingers for the collector and has the settings of the stack', () => {
    const { parameters } = environmentOf(deployed.bot, deployed.inputs)
    const config = readConfig(
      { ...parameters, TELEGRAM_TOKEN: SECRETS.telegramToken, POD_NAME: 'pod' },
      'host',
    )
    expect(config.receive).toEqual(
      webhook ? { mode: 'webhook', url: new URL('https://bot.example.org/telegram') } : { mode: 'polling' },
    )
    expect(config.log.level).toBe(stack === 'dev' ? 'debug' : 'info')
    expect(config.log.lingerMs).toBe(kind === 'installed' ? 0 : 500)
  })

  test('the bot writes the log, the collector only reads it', () => {
    const mounts = (container: typeof deployed.bot) =>
      Object.fromEntries(
        container.volumeMounts.map(({ name: volume, mountPath, readOnly }) => [
          volume,
          [mountPath, readOnly ?? false],
        ]),
      )
    expect(mounts(deployed.bot)).toEqual({ 'logs-data': ['/data/logs', false] })
    const common = { 'logs-data': ['/data/logs', true] }
    expect(mounts(deployed.collector)).toEqual(
      kind === 'installed'
        ? { ...common, 'config-data': ['/config', true] }
        : { ...common, 'config-data': ['/etc/otel', true], 'collector-state': ['/data/state', false] },
    )
    expect(deployed.pod.volumes.map(({ name: volume }) => volume).sort()).toEqual(
      Object.keys(mounts(deployed.collector)).sort(),
    )
  })

  test('the limits of the disk cover the volumes and 50Mi of stdout a container', () => {
    const containers = [deployed.bot, deployed.collector]
    for (const { resources } of containers) {
      for (const side of [resources.requests, resources.limits]) {
        expect(Object.keys(side).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory'])
      }
    }
    const limits = containers.map(({ resources }) => amountOf(resources.limits['ephemeral-storage'] ?? ''))
    const volumes = deployed.pod.volumes.map(({ emptyDir }) => (emptyDir ? amountOf(emptyDir.sizeLimit) : 0))
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
    expect(sum(limits)).toBeGreaterThanOrEqual(sum(volumes) + 2 * amountOf('50Mi'))
  })

  test('the collector is a native sidecar and gates nothing', () => {
    expect(deployed.collector.restartPolicy).toBe('Always')
    expect(deployed.collector.startupProbe).toBeUndefined()
    expect(deployed.collector.readinessProbe).toBeUndefined()
    const { periodSeconds = 0, failureThreshold = 0 } = deployed.collector.livenessProbe ?? {}
    expect(periodSeconds * failureThreshold).toBe(kind === 'installed' ? 0 : 600)
  })

  test('the probes of the bot ask for different things', () => {
    const { startupProbe, readinessProbe, livenessProbe } = deployed.bot
    expect(startupProbe.httpGet.path).toBe('/livez')
    expect(readinessProbe.httpGet.path).toBe('/readyz')
    expect(livenessProbe.httpGet.path).toBe('/livez')
  })

  test('the grace period is the sum of what a stop may take', () => {
    const polling = kind === 'installed' ? 15 : 28
    expect(deployed.pod.terminationGracePeriodSeconds).toBe(polling + (webhook ? 2 : 0))
  })

  test('a bot that polls is alone and replaced; one with a webhook is rolled behind a Service', () => {
    const { replicas, strategy, revisionHistoryLimit } = deployed.inputs('Deployment').spec
    expect({ replicas, strategy }).toEqual(
      webhook
        ? {
            replicas: 2,
            strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          }
        : { replicas: 1, strategy: { type: 'Recreate' } },
    )
    expect(revisionHistoryLimit).toBe(0)
    for (const object of ['Service', 'Ingress', 'PodDisruptionBudget', 'HorizontalPodAutoscaler']) {
      expect(deployed.all(object)).toHaveLength(webhook && object !== 'HorizontalPodAutoscaler' ? 1 : 0)
    }
    expect(deployed.pod.topologySpreadConstraints ?? []).toHaveLength(webhook ? 1 : 0)
  })

  test('a change of configuration renames its object: immutable, and named by Pulumi', () => {
    const objects = [...deployed.all('ConfigMap'), ...deployed.all('Secret')]
    expect(objects).toHaveLength(name === 'console' ? 4 : 5)
    for (const { inputs } of objects) {
      expect(inputs).toMatchObject({ immutable: true })
      expect(inputs.metadata).not.toHaveProperty('name')
    }
  })
})

describe('the network policy', () => {
  const ports = async (settings: object, secrets: Stack['secrets'] = ['telegramToken', 'sumoEndpoint']) => {
    const { inputs } = await deploy({ stack: 'test', settings: { ...settings }, secrets })
    return inputs('NetworkPolicy').spec.egress.flatMap((rule: { ports: { port: number }[] }) =>
      rule.ports.map(({ port }) => port),
    )
  }

  test.each([
    ['443 and name servers', {}, [53, 53, 443]],
    [
      'a Bot API server of its own',
      { telegramApiRoot: 'http://bot-api.example.org:8081' },
      [53, 53, 443, 8081],
    ],
    ['a proxy', { proxy: 'http://proxy.example.org:3128' }, [53, 53, 443, 3128]],
    ['http without a port', { telegramApiRoot: 'http://bot-api.example.org' }, [53, 53, 80, 443]],
  ])('opens %s', async (_title, settings, expected) => {
    expect(await ports(settings)).toEqual(expected)
  })

  test('follows the address where a collector registers', async () => {
    const settings = { sumoUrl: 'https://sumo.example.org:8443' }
    expect(await ports(settings, ['telegramToken', 'sumoInstallationToken'])).toEqual([53, 53, 443, 8443])
  })

  test('lets in nobody, then those who scrape, then the Ingress controller, too', async () => {
    const callers = async (settings: object) => {
      const { inputs } = await deploy({ stack: 'test', settings: { ...settings } })
      const { ingress } = inputs('NetworkPolicy').spec
      return ingress.map(
        (rule: { from: { namespaceSelector: { matchExpressions: object[] } }[]; ports: object[] }) => [
          rule.from[0]?.namespaceSelector.matchExpressions[0],
          rule.ports,
        ],
      )
    }
    const from = (...values: string[]) => [
      [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }, [{ protocol: 'TCP', port: 8080 }]],
    ]
    expect(await callers({})).toEqual([])
    expect(await callers({ metricsNamespaces: ['monitoring'] })).toEqual(from('monitoring'))
    expect(await callers({ metricsNamespaces: ['monitoring'], ...WEBHOOK })).toEqual(
      from('monitoring', 'traefik'),
    )
  })
})

test('the Ingress lets in the path of the webhook alone, with TLS; neither it nor the Service is waited for', async () => {
  const annotations = { 'cert-manager.io/cluster-issuer': 'letsencrypt' }
  const settings = { ...WEBHOOK, ingressAnnotations: annotations }
  const { inputs, bot } = await deploy({ stack: 'test', settings })
  const { metadata, spec } = inputs('Ingress')
  expect(metadata.annotations).toEqual({ 'pulumi.com/skipAwait': 'true', ...annotations })
  expect(inputs('Service').metadata.annotations).toEqual({ 'pulumi.com/skipAwait': 'true' })
  expect(spec.tls).toEqual([{ hosts: ['bot.example.org'], secretName: 'bitacora-tls' }])
  const { WEBHOOK_URL = '' } = environmentOf(bot, inputs).parameters
  expect(spec.rules).toMatchObject([
    {
      host: 'bot.example.org',
      http: { paths: [{ path: new URL(WEBHOOK_URL).pathname, pathType: 'Exact' }] },
    },
  ])
})

test('a Gateway gets an HTTPRoute for the same path instead, and no Ingress is made', async () => {
  const gateway = { webhookRoute: 'gateway', webhookGateway: 'gateways/public/https' }
  const { all, inputs, bot } = await deploy({ stack: 'test', settings: { ...WEBHOOK, ...gateway } })
  const { WEBHOOK_URL = '' } = environmentOf(bot, inputs).parameters
  expect(all('Ingress')).toEqual([])
  expect(inputs('HTTPRoute')).toMatchObject({
    apiVersion: 'gateway.networking.k8s.io/v1',
    metadata: { namespace: 'bitacora-test' },
    spec: {
      parentRefs: [{ namespace: 'gateways', name: 'public', sectionName: 'https' }],
      hostnames: ['bot.example.org'],
      rules: [
        {
          matches: [{ path: { type: 'Exact', value: new URL(WEBHOOK_URL).pathname }, method: 'POST' }],
          backendRefs: [{ port: inputs('Service').spec.ports[0].port }],
        },
      ],
    },
  })
})

test.each([
  [{}, undefined],
  [{ ingressClass: 'traefik' }, 'traefik'],
])('the Ingress of %j is of the class %s', async (settings, expected) => {
  const { inputs } = await deploy({ stack: 'test', settings: { ...WEBHOOK, ...settings } })
  expect(inputs('Ingress').spec.ingressClassName).toBe(expected)
})

test('a proxy, and what needs none, reaches both containers', async () => {
  const { inputs, bot, collector } = await deploy({
    stack: 'test',
    settings: { proxy: 'http://proxy.example.org:3128', noProxy: '.svc' },
  })
  for (const container of [bot, collector]) {
    expect(environmentOf(container, inputs).parameters).toMatchObject({
      HTTPS_PROXY: 'http://proxy.example.org:3128',
      NO_PROXY: '.svc',
    })
  }
})

test('two stacks share no selector and no namespace', async () => {
  const [one, two] = [await deploy({ stack: 'test' }), await deploy({ stack: 'prod' })]
  expect(one.inputs('Deployment').spec.selector).not.toEqual(two.inputs('Deployment').spec.selector)
  expect(one.inputs('NetworkPolicy').spec.podSelector).toEqual(one.inputs('Deployment').spec.selector)
  expect(one.inputs('Namespace').metadata.name).not.toBe(two.inputs('Namespace').metadata.name)
})

test('a namespace of somebody else is used and not made', async () => {
  const settings = { createNamespace: false, namespace: 'theirs', imagePullSecrets: ['registry'] }
  const { all, inputs, pod } = await deploy({ stack: 'test', settings })
  expect(all('Namespace')).toEqual([])
  expect(inputs('Deployment').metadata.namespace).toBe('theirs')
  expect(pod.imagePullSecrets).toEqual([{ name: 'registry' }])
})

test('the outputs are the namespace, the Deployment, its image and the command that follows the log', async () => {
  const { outputs } = await deploy({ stack: 'test' })
  const { promise } = outputs.followLog as { promise: () => Promise<string> }
  expect(Object.keys(outputs).sort()).toEqual(['deployment', 'followLog', 'image', 'namespace'])
  expect(await promise()).toBe(
    'kubectl --context cluster-of-the-test --namespace bitacora-test logs --follow deployment/bitacora',
  )
})

test('the memory of the collector sizes its limiter and its garbage collection', async () => {
  const collectorResources = { limits: { memory: '512Mi' } }
  const { inputs, collector } = await deploy({ stack: 'test', settings: { collectorResources } })
  expect(collector.resources.limits).toMatchObject({ cpu: '500m', memory: '512Mi' })
  expect(environmentOf(collector, inputs).parameters.GOMEMLIMIT).toBe(
    String(Math.floor(0.8 * 512 * 1024 ** 2)),
  )
  expect(inputs('ConfigMap', 'bitacora-collector-file').data['config.yaml']).toContain('limit_mib: 358')
})

test('settings that cannot be used stop the program before it asks for anything', async () => {
  await expect(deploy({ stack: 'test', settings: { replicas: 2 }, secrets: [] })).rejects.toThrow(
    /telegramToken is missing[\s\S]*pulumi config set --stack test --secret telegramToken\n[\s\S]*replicas must be 1/,
  )
})
