import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { collectorOf } from '../../infra/collector/index.ts'
import { readSettings } from '../../infra/settings/settings.ts'
import { configOf, SECRETS, type Stack } from './deploy.ts'

const run = promisify(execFile)
const collector = (stack: Omit<Stack, 'stack'>) =>
  collectorOf(readSettings(configOf({ stack: 'test', ...stack })))
const hasOtelcol = await run('otelcol-sumo', ['--version']).then(
  () => true,
  () => false,
)

describe('otel', () => {
  const ways: [string, Omit<Stack, 'stack'>][] = [
    ['an OTLP/HTTP Source', {}],
    ['an installation token', { secrets: ['telegramToken', 'sumoInstallationToken'] }],
    [
      'the log store',
      { settings: { logStore: 'victorialogs', allowImageTags: true }, secrets: ['telegramToken'] },
    ],
    ['its own stdout', { settings: { collector: 'console' }, secrets: ['telegramToken'] }],
  ]

  test.skipIf(!hasOtelcol).each(ways)(
    'the file for %s is accepted by the collector itself (otelcol-sumo on PATH)',
    async (_way, stack) => {
      const { file, args, parameters, secrets } = collector(stack)
      const folder = await mkdtemp(join(tmpdir(), 'collector-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const path = join(folder, file.name)
      await writeFile(path, file.content.replaceAll('/data/state', folder))
      const gates = args?.filter((argument) => argument.startsWith('--feature-gates')) ?? []
      const env = {
        ...process.env,
        ...parameters,
        ...secrets,
        POD_NAME: 'pod',
        POD_NAMESPACE: 'bots',
        NODE_NAME: 'node',
      }
      const { stderr } = await run('otelcol-sumo', ['validate', '--config', path, ...gates], { env })
      expect(stderr).not.toMatch(/warn|error/i)
    },
  )

  test.each(ways)('the file for %s reads only variables that the container has', (_way, stack) => {
    const { file, parameters, secrets } = collector(stack)
    const read = [...file.content.matchAll(/\$\{env:(\w+)\}/g)].map(([, name]) => name)
    const given = [
      ...Object.keys(parameters),
      ...Object.keys(secrets),
      'POD_NAME',
      'POD_NAMESPACE',
      'NODE_NAME',
    ]
    expect(given).toEqual(expect.arrayContaining(read))
    expect(read).toEqual(expect.arrayContaining(Object.keys(secrets)))
  })

  test('a plain HTTP Source gets lines, an OTLP/HTTP Source records', () => {
    const formatFor = (path: string) => {
      const stack = configOf({ stack: 'test' })
      stack.config['bitacora:sumoEndpoint'] = `https://endpoint1.collection.sumologic.com${path}`
      return /log_format: (\w+)/.exec(collectorOf(readSettings(stack)).file.content)?.[1]
    }
    expect(formatFor('/receiver/v1/http/secret')).toBe('text')
    expect(formatFor('/receiver/v1/otlp/secret')).toBe('otlp')
  })

  test('no secret is in the file', () => {
    for (const [, stack] of ways) {
      for (const secret of Object.values(SECRETS)) expect(collector(stack).file.content).not.toContain(secret)
    }
  })
})

/** What the image's own script reads: https://github.com/SumoLogic/sumologic-collector-docker (run.sh). */
const CONTRACT = [
  'SUMO_ACCESS_ID',
  'SUMO_ACCESS_KEY',
  'SUMO_INSTALLATION_TOKEN',
  'SUMO_RECEIVER_URL',
  'SUMO_SOURCES_JSON',
  'SUMO_SYNC_SOURCES',
  'SUMO_COLLECTOR_NAME',
  'SUMO_COLLECTOR_NAME_PREFIX',
  'SUMO_COLLECTOR_EPHEMERAL',
  'SUMO_COLLECTOR_FIELDS',
  'SUMO_COLLECTOR_CATEGORY',
  'SUMO_COLLECTOR_HOSTNAME',
  'SUMO_JAVA_MEMORY_INIT',
  'SUMO_JAVA_MEMORY_MAX',
]

describe('installed', () => {
  const installed = collector({
    settings: { collector: 'installed', sumoCategory: 'prod/bot' },
    secrets: ['telegramToken', 'sumoAccessId', 'sumoAccessKey'],
  })

  test('is given only variables that its image reads', () => {
    const given = [...Object.keys(installed.parameters), ...Object.keys(installed.secrets)]
    expect(CONTRACT).toEqual(expect.arrayContaining(given))
    expect(installed.secrets).toEqual({
      SUMO_ACCESS_ID: SECRETS.sumoAccessId,
      SUMO_ACCESS_KEY: SECRETS.sumoAccessKey,
    })
  })

  test('finds its sources where they are mounted', () => {
    const { folder, name } = installed.file
    expect(installed.parameters.SUMO_SOURCES_JSON).toBe(`${folder}/${name}`)
  })

  test('reads the files of the bot, a line at a time, under the category of the stack', () => {
    expect(JSON.parse(installed.file.content)).toMatchObject({
      'api.version': 'v1',
      sources: [
        {
          sourceType: 'LocalFile',
          pathExpression: '/data/logs/*.log',
          category: 'prod/bot',
          multilineProcessingEnabled: false,
        },
      ],
    })
  })

  test('finds the time of a line by its locator', () => {
    const [source] = JSON.parse(installed.file.content).sources
    const line = '{"timestamp":"2026-11-24T10:20:30.456Z","level":"info","message":"started"}'
    expect(new RegExp(source.defaultDateFormats[0].locator).exec(line)?.[1]).toBe('2026-11-24T10:20:30.456Z')
  })
})
