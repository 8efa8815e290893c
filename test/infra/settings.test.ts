import { describe, expect, test } from 'vitest'
import { SettingsError } from '../../infra/settings/issues.ts'
import { checkSettings, readSettings } from '../../infra/settings/settings.ts'
import { configOf, type Stack, SECRETS as VALUES, WEBHOOK } from './deploy.ts'

/** What a stack is told, or nothing. */
function errorOf(stack: Stack): string {
  try {
    readSettings(configOf(stack))
    return ''
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.message
  }
}

test('every issue is told at once, with its meaning and the line to type', () => {
  const wrong = { logLevel: 'loud', receive: 'webhook', logVolume: '13Mi', logLevle: 'info', replica: '2' }
  const message = errorOf({
    stack: 'prod',
    settings: { 'kubernetes:context': '', image: '', ...wrong },
    secrets: [],
  })
  const lines = [
    'kubernetes:context is missing.',
    'image is missing.',
    'telegramToken is missing.',
    'webhookHost is missing.',
    'webhookNamespaces[0] is missing.',
    'logLevel must be error or warn',
    'logVolume must be a size',
    'sumoEndpoint is missing.',
  ]
  for (const line of lines) {
    const [key = ''] = line.split(/ |\[/)
    expect(message).toMatch(
      new RegExp(
        `^  ${line.replace('[', '\\[')}.*\\n    pulumi config set --stack prod (--secret |--path ')?${key}`,
        'm',
      ),
    )
  }
  for (const key of ['logLevle', 'replica']) {
    expect(message).toContain(
      `  ${key} is not a setting of this project.\n    pulumi config rm --stack prod ${key}`,
    )
  }
  expect(message.match(/\n {4}/g)).toHaveLength(10)
  expect(message).toContain("The bot's level: error, warn")
})

/** @returns what is told of a stack with these settings; one issue, for the tests */
function issueOf(settings: Stack['settings'] = {}, secrets?: Stack['secrets']): string {
  const message = errorOf({ stack: 'test', settings, ...(secrets && { secrets }) })
  expect(message.match(/\n {4}/g), message).toHaveLength(1)
  return message
}

const limits = (memory: string) => JSON.stringify({ limits: { memory } })

describe('is refused with the line to type:', () => {
  test.each<[title: string, settings: Stack['settings'], line: string]>([
    ['no context', { 'kubernetes:context': '' }, 'set --stack test kubernetes:context'],
    ['an image with a tag alone', { image: 'r.example.org/bot:1' }, 'set --stack test image'],
    ['a floating tag', { allowImageTags: true, image: 'bot:latest' }, 'set --stack test image'],
    ['no tag at all', { allowImageTags: true, image: 'host:5000/bot' }, 'set --stack test image'],
    ['capitals in a repository', { allowImageTags: true, image: 'Bitacora:1' }, 'set --stack test image'],
    ['a digest cut short', { image: 'bot@sha256:0123' }, 'set --stack test image'],
    ['an address as image', { image: 'https://r.example.org/bot:1' }, 'set --stack test image'],
    ['a collector with a tag alone', { collectorImage: 'c:1' }, 'set --stack test collectorImage'],
    ['no image of the collector', { collectorImage: '' }, 'set --stack test collectorImage'],
    ['two pods that poll', { replicas: 2 }, "set --stack test replicas '1'"],
    ['no pod', { ...WEBHOOK, replicas: -1 }, "set --stack test replicas '1'"],
    ['half a pod', { ...WEBHOOK, replicas: 1.5 }, "set --stack test replicas '1'"],
    ['pods in words', { replicas: 'two' }, "set --stack test replicas '1'"],
    ['a webhook without a host', { ...WEBHOOK, webhookHost: '' }, 'set --stack test webhookHost'],
    ['a host with a scheme', { ...WEBHOOK, webhookHost: 'https://a.org' }, 'set --stack test webhookHost'],
    ['a host with a port', { ...WEBHOOK, webhookHost: 'a.org:8443' }, 'set --stack test webhookHost'],
    ['an IP address as host', { ...WEBHOOK, webhookHost: '192.0.2.7' }, 'set --stack test webhookHost'],
    ['a long label of a host', { webhookHost: `${'a'.repeat(64)}.org` }, 'set --stack test webhookHost'],
    [
      'a webhook that nobody may post to',
      { ...WEBHOOK, webhookNamespaces: [] },
      "set --stack test --path 'webhookNamespaces[0]' 'traefik'",
    ],
    [
      'a Gateway that is not named',
      { ...WEBHOOK, webhookRoute: 'gateway' },
      "set --stack test webhookGateway 'gateways/public'",
    ],
    ['a Gateway without its namespace', { webhookGateway: 'public' }, 'set --stack test webhookGateway'],
    ['an unknown route', { webhookRoute: 'nodePort' }, "set --stack test webhookRoute 'ingress'"],
    ['a class with a blank', { ingressClass: 'my class' }, 'set --stack test ingressClass'],
    ['a certificate with capitals', { webhookTlsSecret: 'Cert' }, 'set --stack test webhookTlsSecret'],
    [
      'an annotation that is a number',
      { ingressAnnotations: { a: 1 } },
      "rm --stack test --path 'ingressAnnotations.a'",
    ],
    [
      'an annotation with a blank in its name',
      { ingressAnnotations: { 'a b': 'c' } },
      'rm --stack test --path \'ingressAnnotations["a b"]\'',
    ],
    ['an unknown way to receive', { receive: 'push' }, "set --stack test receive 'polling'"],
    ['an unknown collector', { collector: 'fluent' }, "set --stack test collector 'otel'"],
    ['an unknown level', { logLevel: 'trace' }, "set --stack test logLevel 'info'"],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'set --stack test timeZone'],
    ['a volume too small for its files', { logVolume: '13Mi' }, "set --stack test logVolume '64Mi'"],
    ['a volume without a size', { logVolume: 'big' }, "set --stack test logVolume '64Mi'"],
    ['a volume in thousandths of a byte', { logVolume: '64m' }, "set --stack test logVolume '64Mi'"],
    ['a volume with a blank', { logVolume: '64 Mi' }, "set --stack test logVolume '64Mi'"],
    ['an address that is none', { telegramApiRoot: 'api' }, 'set --stack test telegramApiRoot'],
    ['an address with a query', { telegramApiRoot: 'https://a.org?b=c' }, 'set --stack test telegramApiRoot'],
    ['an address with a line break', { sumoUrl: 'https://a.org\n' }, 'set --stack test sumoUrl'],
    ['a proxy that is none', { proxy: 'socks5://p' }, 'set --stack test proxy'],
    ['a proxy with a password', { proxy: 'http://user:word@p:1' }, 'set --stack test proxy'],
    [
      'less memory than the bot starts with',
      { botResources: limits('16Mi') },
      "set --stack test --path 'botResources.limits.memory' '256Mi'",
    ],
    [
      'too little CPU',
      { botResources: { requests: { cpu: '5m' }, limits: { cpu: '10m' } } },
      "set --stack test --path 'botResources.limits.cpu' '1'",
    ],
    [
      'a limit below the request',
      { botResources: { requests: { memory: '128Mi' }, limits: { memory: '100Mi' } } },
      'rm --stack test botResources',
    ],
    [
      'a request above the limit',
      { botResources: { requests: { cpu: '2' } } },
      'rm --stack test botResources',
    ],
    [
      'memory in words',
      { botResources: limits('lots') },
      "set --stack test --path 'botResources.limits.memory' '256Mi'",
    ],
    [
      'a limit that is a number',
      { botResources: { limits: 5 } },
      "rm --stack test --path 'botResources.limits'",
    ],
    ['resources that are a number', { botResources: 5 }, 'rm --stack test botResources'],
    [
      'a part that is none',
      { collectorResources: { limit: {} } },
      "rm --stack test --path 'collectorResources.limit'",
    ],
    [
      'an amount that is none',
      { collectorResources: { limits: { ram: '1Gi' } } },
      "rm --stack test --path 'collectorResources.limits.ram'",
    ],
    [
      'cores in words',
      { collectorResources: { limits: { cpu: 'fast' } } },
      "rm --stack test --path 'collectorResources.limits.cpu'",
    ],
    [
      'cores in Gi',
      { botResources: { limits: { cpu: '1Gi' } } },
      "set --stack test --path 'botResources.limits.cpu' '1'",
    ],
    [
      'too little memory for the collector',
      { collectorResources: limits('64Mi') },
      "set --stack test --path 'collectorResources.limits.memory' '256Mi'",
    ],
    [
      'a Secret with a blank in its name',
      { imagePullSecrets: ['My Secret'] },
      "set --stack test --path 'imagePullSecrets[0]' 'registry'",
    ],
    [
      'a Secret without a name',
      { imagePullSecrets: [''] },
      "set --stack test --path 'imagePullSecrets[0]' 'registry'",
    ],
    [
      'the second of two namespaces',
      { metricsNamespaces: ['fine', 'a b'] },
      "set --stack test --path 'metricsNamespaces[1]' 'monitoring'",
    ],
    [
      'a namespace with a dot',
      { webhookNamespaces: ['a.b'] },
      "set --stack test --path 'webhookNamespaces[0]' 'traefik'",
    ],
    [
      'a list that is none',
      { metricsNamespaces: 'monitoring' },
      "set --stack test --path 'metricsNamespaces[0]' 'monitoring'",
    ],
    ['a namespace with capitals', { namespace: 'Bots' }, "set --stack test namespace 'bitacora'"],
    [
      "a namespace of the cluster's own",
      { namespace: 'kube-system' },
      "set --stack test namespace 'bitacora'",
    ],
    ['the default namespace', { namespace: 'default' }, "set --stack test namespace 'bitacora'"],
    ['a category with blanks', { sumoCategory: 'a b' }, 'set --stack test sumoCategory'],
    ['yes for true', { logContent: 'yes' }, "set --stack test logContent 'false'"],
    ['0 for false', { logStdout: '0' }, "set --stack test logStdout 'true'"],
    ['null', { botResources: 'null' }, 'rm --stack test botResources'],
  ])('%s', (_title, settings, line) => {
    expect(issueOf(settings)).toContain(`\n    pulumi config ${line}`)
  })

  const classic = { collector: 'installed' }
  test.each<[title: string, settings: Stack['settings'], secrets: Stack['secrets'], line: string]>([
    ['otel without an address', {}, ['telegramToken'], 'set --stack test --secret sumoEndpoint'],
    [
      'otel with two ways',
      {},
      ['telegramToken', 'sumoEndpoint', 'sumoInstallationToken'],
      'rm --stack test sumoInstallationToken',
    ],
    [
      'an access id without its key',
      classic,
      ['telegramToken', 'sumoAccessId'],
      'set --stack test --secret sumoAccessKey',
    ],
    [
      'an access key without its id',
      classic,
      ['telegramToken', 'sumoAccessKey'],
      'set --stack test --secret sumoAccessId',
    ],
    [
      'installed with two ways',
      classic,
      ['telegramToken', 'sumoAccessId', 'sumoAccessKey', 'sumoInstallationToken'],
      'rm --stack test sumoInstallationToken',
    ],
    [
      'a proxy for the classic collector',
      { ...classic, proxy: 'http://p:1' },
      ['telegramToken', 'sumoInstallationToken'],
      'rm --stack test proxy',
    ],
  ])('%s', (_title, settings, secrets, line) => {
    expect(issueOf(settings, secrets)).toContain(`\n    pulumi config ${line}`)
  })

  test('a secret in clear text, without showing it', () => {
    const settings = { telegramToken: VALUES.telegramToken }
    const message = issueOf(settings, ['sumoEndpoint'])
    expect(message).toMatch(
      /telegramToken is in clear text.*\n {4}pulumi config set --stack test --secret telegramToken$/,
    )
    expect(message).not.toContain(VALUES.telegramToken)
  })

  test.each([
    ['telegramToken', 'not-the-token', 'is not of the form'],
    ['telegramToken', `${VALUES.telegramToken}\n`, 'is not of the form'],
    ['sumoEndpoint', 'not-an-address', 'must be an http or https address'],
    ['sumoEndpoint', `${VALUES.sumoEndpoint} `, 'must be an http or https address'],
  ])('a secret, %s, of another form, without showing it', (key, value, words) => {
    const stack = configOf({ stack: 'test' })
    stack.config[`bitacora:${key}`] = value
    const { issues } = checkSettings(stack)
    expect(issues).toMatchObject([{ key, message: expect.stringContaining(words) }])
    expect(JSON.stringify(issues)).not.toContain(value.trim())
  })
})

test('the classic collector without credentials is told both of them', () => {
  const message = errorOf({ stack: 'test', settings: { collector: 'installed' }, secrets: ['telegramToken'] })
  expect(message.match(/sumoAccess(Id|Key) is missing/g)).toHaveLength(2)
})

test.each(['dev', 'test', 'prod'])('Pulumi.%s.yaml with the first settings is complete', (stack) => {
  expect(errorOf({ stack, ...(stack === 'dev' && { secrets: ['telegramToken'] }) })).toBe('')
})

describe('is accepted:', () => {
  test.each<[string, Stack['settings']]>([
    ['a host of a top-level domain in punycode', { ...WEBHOOK, webhookHost: 'bot.xn--p1ai' }],
    ['a Secret with dots in its name', { imagePullSecrets: ['registry.example.org'] }],
    ['amounts that Pulumi keeps as numbers', { botResources: { limits: { cpu: 2, memory: 536_870_912 } } }],
    ['a volume with a fraction', { logVolume: '1.5Gi' }],
    ['a volume with an exponent', { logVolume: '128e6' }],
    ['a level in capitals', { logLevel: 'INFO' }],
    ["somebody else's namespace", { namespace: 'default', createNamespace: false }],
    [
      'an image with a port, a tag and a digest',
      { image: `r.example.org:5000/a/b_c:1@sha256:${'a'.repeat(64)}` },
    ],
    [
      'a Gateway with its listener',
      { ...WEBHOOK, webhookRoute: 'gateway', webhookGateway: 'infra/public/https' },
    ],
    ['an empty value, which is one that is not set', { logLevel: '', replicas: '0', botResources: '{}' }],
  ])('%s', (_title, settings) => {
    expect(errorOf({ stack: 'test', settings: settings ?? {} })).toBe('')
  })
})

test('two wrong items of one setting are told both, and the whole is not told of again', () => {
  const botResources = { requests: { cpu: '9' }, limits: { memory: '1Mi', ram: '1Gi' } }
  const { issues } = checkSettings(configOf({ stack: 'test', settings: { botResources } }))
  expect(issues.map(({ key, at }) => key + at)).toEqual([
    'botResources.limits.memory',
    'botResources.limits.ram',
  ])
})

test('a part of the resources changes that part alone', () => {
  const botResources = { limits: { memory: '512Mi' } }
  expect(readSettings(configOf({ stack: 'test', settings: { botResources } })).botResources).toEqual({
    requests: { cpu: '50m', memory: '96Mi' },
    limits: { cpu: '1', memory: '512Mi' },
  })
})
