import type { Given, Resources } from './given.ts'
import { GUARDS } from './guards.ts'
import { KEYS, parseValue, SECRETS } from './schema.ts'
import { type Problem, SettingsError } from './settingsError.ts'

/** What a stack says: its configuration as Pulumi keeps it, with the namespace before each key. */
export interface StackConfig {
  project: string
  stack: string
  config: Record<string, string>
  /** The keys whose values are encrypted. */
  encrypted: string[]
}

/** Releases of Sumo Logic; a tag alone will do only where allowImageTags says so. */
const OTEL_COLLECTOR = 'sumologic/sumologic-otel-collector:0.154.0-sumo-0'
const CLASSIC_COLLECTOR = 'sumologic/collector:19.536-4'

/** The settings of a stack, with every default in its place; Pulumi.yaml describes each. */
export type Settings = ReturnType<typeof withDefaults>

/**
 * Every default is here, and nowhere else.
 *
 * @param given what the stack says, by key
 */
export function withDefaults(project: string, stack: string, given: Given) {
  const { botResources, collectorResources, ...values } = given
  const installed = given.collector === 'installed'
  return {
    namespace: `${project}-${stack}`,
    createNamespace: true,
    allowImageTags: false,
    imagePullSecrets: [] as string[],
    telegramApiRoot: 'https://api.telegram.org',
    timeZone: 'America/Argentina/Buenos_Aires',
    receive: 'polling',
    replicas: given.receive === 'webhook' ? 2 : 1,
    webhookTlsSecret: 'bitacora-tls',
    webhookNamespaces: ['ingress-nginx'],
    ingressClass: 'nginx',
    ingressAnnotations: {} as Record<string, string>,
    metricsNamespaces: [] as string[],
    logLevel: 'info',
    logContent: false,
    logStdout: true,
    logVolume: '64Mi',
    collector: 'otel',
    collectorImage: given.allowImageTags ? (installed ? CLASSIC_COLLECTOR : OTEL_COLLECTOR) : undefined,
    sumoUrl: installed ? 'https://collectors.sumologic.com' : 'https://open-collectors.sumologic.com',
    sumoCategory: `${stack}/bot`,
    ...values,
    project,
    stack,
    /** Tells this deployment from every other one on the cluster. */
    instance: `${project}-${stack}`,
    // Node with the bot takes some 110 MB at rest; the limit leaves room for 256 updates at a time.
    botResources: resources('50m', '128Mi', '1', '256Mi', botResources),
    // 113 to 145 MB by Sumo Logic's own figures; the classic collector's JVM 180, and it exits when starved of CPU.
    collectorResources: installed
      ? resources('50m', '256Mi', '1', '512Mi', collectorResources)
      : resources('20m', '128Mi', '500m', '256Mi', collectorResources),
  }
}

/**
 * Reads and checks a stack's settings.
 *
 * @throws SettingsError listing every key that is missing, impossible or unknown, with the line to type
 */
export function readSettings(stackConfig: StackConfig): Settings {
  const { settings, problems } = checkSettings(stackConfig)
  if (problems.length > 0) throw new SettingsError(stackConfig.stack, problems)
  return settings
}

/** The settings as far as they are usable, and everything that is wrong with them. */
export function checkSettings({ project, stack, config, encrypted }: StackConfig): {
  settings: Settings
  problems: Problem[]
} {
  const { given, problems } = readGiven(project, config, encrypted)
  const settings = withDefaults(project, stack, given)
  for (const { key, broken, what, value, at } of GUARDS) {
    if (problems.some((problem) => problem.key === key) || !broken(settings)) continue
    problems.push({ key, what, value, at })
  }
  return { settings, problems }
}

/** What Pulumi.yaml gives to a key that is not set. */
const NOT_SET = ['', '0', '{}']

/** The values with the types of Pulumi.yaml, and what does not fit or is no setting at all. */
function readGiven(project: string, config: Record<string, string>, encrypted: string[]) {
  const given: Record<string, unknown> = { context: config['kubernetes:context'] }
  const problems: Problem[] = []
  for (const [name, text] of Object.entries(config)) {
    const [namespace, key = ''] = name.split(':')
    if (namespace !== project || NOT_SET.includes(text)) continue
    const described = KEYS[key]
    if (!described) {
      problems.push({ key, what: 'is not a setting of this project' })
      continue
    }
    if (SECRETS.includes(key) && !encrypted.includes(name)) {
      problems.push({ key, what: 'is in clear text: revoke it and set it encrypted', value: '' })
    }
    try {
      given[key] = parseValue(described, text)
    } catch (error) {
      problems.push({ key, what: (error as Error).message })
    }
  }
  return { given: given as Given, problems }
}

function resources(
  cpu: string,
  memory: string,
  cpuLimit: string,
  memoryLimit: string,
  given: Partial<Resources> = {},
): Resources {
  return {
    // What is neither of the two is refused by a guard.
    ...given,
    requests: side({ cpu, memory }, given.requests),
    limits: side({ cpu: cpuLimit, memory: memoryLimit }, given.limits),
  }
}

/** Amounts over the defaults; what cannot be laid over them stays as it is, for a guard. */
function side<Amounts extends object>(defaults: Amounts, given: Partial<Amounts> = {}): Amounts {
  return typeof given === 'object' ? { ...defaults, ...given } : given
}
