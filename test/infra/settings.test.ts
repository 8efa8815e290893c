import { describe, expect, test } from 'vitest'
import { KEYS, SECRETS } from '../../infra/schema.ts'
import { readSettings, withDefaults } from '../../infra/settings.ts'
import { SettingsError } from '../../infra/settingsError.ts'
import { configOf, type Stack, SECRETS as VALUES } from './deploy.ts'

/** The problems of a stack, or none. */
function problemsOf(stack: Stack): string {
  try {
    readSettings(configOf(stack))
    return ''
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.message
  }
}

describe('Pulumi.yaml', () => {
  const settings: Record<string, unknown> = withDefaults('bitacora', 'test', {})
  /** What depends on other settings, or has no default at all: Pulumi.yaml leaves it empty. */
  const empty = (value: unknown) => value === '' || value === 0 || JSON.stringify(value) === '{}'

  test.each(Object.keys(KEYS).filter((key) => !empty(KEYS[key]?.default)))(
    'has the default of infra/settings.ts for %s',
    (key) => {
      expect(settings[key]).toStrictEqual(KEYS[key]?.default)
    },
  )

  test('leaves empty only what depends on another setting or has no default', () => {
    const left = Object.keys(KEYS).filter((key) => empty(KEYS[key]?.default))
    const dependent = [
      'namespace',
      'replicas',
      'collectorResources',
      'sumoUrl',
      'sumoCategory',
      'ingressAnnotations',
    ]
    const without = left.filter((key) => settings[key] === undefined)
    expect(left.sort()).toEqual([...dependent, ...without].sort())
  })

  test('describes every key, and no key that infra/settings.ts does not know', () => {
    for (const [key, { description, type }] of Object.entries(KEYS)) {
      expect(description, key).toMatch(/\w/)
      expect(type, key).toMatch(/^(string|boolean|integer|array|object)$/)
    }
    const derived = ['project', 'stack', 'instance', 'context']
    const unknown = Object.keys(settings).filter((key) => !(key in KEYS) && !derived.includes(key))
    expect(unknown).toEqual([])
    expect(SECRETS.filter((key) => !KEYS[key]?.description.endsWith('a secret'))).toEqual([])
  })
})

test('every problem is told at once, with its meaning and the line to type', () => {
  const settings = { 'kubernetes:context': '', image: '', logLevel: 'loud', receive: 'webhook' }
  const told = problemsOf({ stack: 'prod', settings, secrets: [] })
  for (const key of [
    'kubernetes:context',
    'image',
    'telegramToken',
    'webhookHost',
    'logLevel',
    'sumoEndpoint',
  ]) {
    expect(told).toMatch(
      new RegExp(`^  ${key} \\S.*\\n    pulumi config set --stack prod (--secret )?${key}`, 'm'),
    )
  }
  expect(told).toContain("The bot's level, one of error, warn")
})

const webhook = { receive: 'webhook', webhookHost: 'bot.example.org' }
const classic = { collector: 'installed' }

type Refused = [title: string, settings: Stack['settings'], secrets: Stack['secrets'], line: string]

describe('is refused with the line to type:', () => {
  test.each<Refused>([
    [
      'a stack without a context',
      { 'kubernetes:context': '' },
      undefined,
      'set --stack test kubernetes:context',
    ],
    ['an image with a tag alone', { image: 'r.example.org/bot:1' }, undefined, 'set --stack test image'],
    ['a floating tag', { allowImageTags: true, image: 'bot:latest' }, undefined, 'set --stack test image'],
    ['no tag at all', { allowImageTags: true, image: 'host:5000/bot' }, undefined, 'set --stack test image'],
    ['a collector with a tag alone', { collectorImage: 'c:1' }, undefined, 'set --stack test collectorImage'],
    ['two pods that poll', { replicas: 2 }, undefined, "set --stack test replicas '1'"],
    ['no pod', { ...webhook, replicas: -1 }, undefined, 'set --stack test replicas'],
    ['a webhook without a host', { receive: 'webhook' }, undefined, 'set --stack test webhookHost'],
    [
      'a host with a scheme',
      { ...webhook, webhookHost: 'https://a.example.org' },
      undefined,
      'set --stack test webhookHost',
    ],
    ['an unknown way to receive', { receive: 'push' }, undefined, "set --stack test receive 'polling'"],
    ['an unknown collector', { collector: 'fluent' }, undefined, "set --stack test collector 'otel'"],
    ['an unknown level', { logLevel: 'trace' }, undefined, "set --stack test logLevel 'info'"],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, undefined, 'set --stack test timeZone'],
    [
      'a volume too small for its files',
      { logVolume: '13Mi' },
      undefined,
      "set --stack test logVolume '64Mi'",
    ],
    ['a volume without a size', { logVolume: 'big' }, undefined, "set --stack test logVolume '64Mi'"],
    ['an address that is none', { telegramApiRoot: 'api' }, undefined, 'set --stack test telegramApiRoot'],
    ['a proxy that is none', { proxy: 'socks5://p' }, undefined, 'set --stack test proxy'],
    ['a proxy with a password', { proxy: 'http://user:word@p:1' }, undefined, 'set --stack test proxy'],
    ...[
      '{"limits":{"memory":"64Mi"}}',
      '{"requests":{"cpu":"2"}}',
      '{"limits":{"memory":"lots"}}',
      '{"limits":5}',
    ].map(
      (botResources): Refused => [
        `resources such as ${botResources}`,
        { botResources },
        undefined,
        'rm --stack test botResources',
      ],
    ),
    ...['{"limit":{"memory":"1Gi"}}', '{"limits":{"ram":"1Gi"}}', '{"limits":{"cpu":"fast"}}'].map(
      (collectorResources): Refused => [
        `resources such as ${collectorResources}`,
        { collectorResources },
        undefined,
        'rm --stack test collectorResources',
      ],
    ),
    [
      'a Secret with a blank in its name',
      { imagePullSecrets: ['My Secret'] },
      undefined,
      "set --stack test --path 'imagePullSecrets[0]' 'registry'",
    ],
    [
      'a namespace with a blank in its name',
      { metricsNamespaces: ['fine', 'a b'] },
      undefined,
      "set --stack test --path 'metricsNamespaces[0]' 'monitoring'",
    ],
    [
      'a namespace of the Ingress controller with a dot in its name',
      { webhookNamespaces: ['a.b'] },
      undefined,
      "set --stack test --path 'webhookNamespaces[0]' 'ingress-nginx'",
    ],
    [
      'an annotation that is a number',
      { ingressAnnotations: { a: 1 } },
      undefined,
      'rm --stack test ingressAnnotations',
    ],
    ['a namespace with capitals', { namespace: 'Bots' }, undefined, 'set --stack test namespace'],
    ['a category with blanks', { sumoCategory: 'a b' }, undefined, 'set --stack test sumoCategory'],
    ['a number of pods in words', { replicas: 'two' }, undefined, 'rm --stack test replicas'],
    ['a key that is none', { logLevle: 'info' }, undefined, 'rm --stack test logLevle'],
    [
      'too little memory',
      { collectorResources: { limits: { memory: '64Mi' } } },
      undefined,
      "set --stack test --path 'collectorResources.limits.memory' '256Mi'",
    ],
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
    const told = problemsOf({ stack: 'test', settings: settings ?? {}, ...(secrets && { secrets }) })
    expect(told).toContain(`\n    pulumi config ${line}`)
    expect(told.match(/\n {4}/g)).toHaveLength(1)
  })

  test('a secret in clear text, without showing it', () => {
    const told = problemsOf({
      stack: 'test',
      settings: { telegramToken: VALUES.telegramToken },
      secrets: ['sumoEndpoint'],
    })
    expect(told).toMatch(
      /telegramToken is in clear text.*\n {4}pulumi config set --stack test --secret telegramToken$/,
    )
    expect(told).not.toContain(VALUES.telegramToken)
  })

  test('a token of another form, without showing it', () => {
    const stack = configOf({ stack: 'test' })
    stack.config['bitacora:telegramToken'] = 'not-the-token'
    expect(() => readSettings(stack)).toThrow(
      /^(?![\s\S]*not-the-token)[\s\S]*telegramToken is not of the form/,
    )
  })
})

test('the classic collector without credentials is told both of them', () => {
  const told = problemsOf({ stack: 'test', settings: classic, secrets: ['telegramToken'] })
  expect(told.match(/sumoAccess(Id|Key) is missing/g)).toHaveLength(2)
})

test.each(['dev', 'test', 'prod'])('Pulumi.%s.yaml with the first settings is complete', (stack) => {
  expect(problemsOf({ stack, ...(stack === 'dev' && { secrets: ['telegramToken'] }) })).toBe('')
})

test.each<[string, Stack['settings']]>([
  ['a host of a top-level domain in punycode', { ...webhook, webhookHost: 'bot.xn--p1ai' }],
  ['a Secret with dots in its name', { imagePullSecrets: ['registry.example.org'] }],
  ['amounts that Pulumi keeps as numbers', { botResources: { limits: { cpu: 2, memory: 536_870_912 } } }],
])('%s is accepted', (_title, settings) => {
  expect(problemsOf({ stack: 'test', settings: settings ?? {} })).toBe('')
})

test('a part of the resources changes that part alone', () => {
  const given = { botResources: { limits: { memory: '512Mi' } } }
  expect(readSettings(configOf({ stack: 'test', settings: given })).botResources).toEqual({
    requests: { cpu: '50m', memory: '128Mi' },
    limits: { cpu: '1', memory: '512Mi' },
  })
})
