import * as v from 'valibot'
import { type Issue, SettingsError, toIssue } from './issues.ts'
import { botResources, collectorResources, logStoreResources } from './resources.ts'
import { SCHEMA } from './rules.ts'
import { describeSetting, type ParsedSettings } from './schema.ts'

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
/** Of VictoriaMetrics, alike. */
const LOG_STORE = 'victoriametrics/victoria-logs:v1.52.1'

/** The settings of a stack, with every default in its place. */
export type Settings = ReturnType<typeof complete>

const stackDefaults = (project: string, stack: string) => ({
  namespace: `${project}-${stack}`,
  sumoCategory: `${stack}/bot`,
})

/** Adds the defaults that depend on other settings. */
function complete(project: string, stack: string, parsed: ParsedSettings) {
  const installed = parsed.collector === 'installed'
  return {
    ...parsed,
    project,
    stack,
    /** Tells this deployment from every other one on the cluster. */
    instance: `${project}-${stack}`,
    namespace: parsed.namespace ?? stackDefaults(project, stack).namespace,
    sumoCategory: parsed.sumoCategory ?? stackDefaults(project, stack).sumoCategory,
    replicas: parsed.replicas ?? (parsed.receive === 'webhook' ? 2 : 1),
    botResources: botResources(parsed.botResources),
    // Only with allowImageTags it may be missing.
    collectorImage: parsed.collectorImage ?? (installed ? CLASSIC_COLLECTOR : OTEL_COLLECTOR),
    collectorResources: collectorResources(parsed.collector, parsed.collectorResources),
    logStoreImage: parsed.logStoreImage ?? LOG_STORE,
    logStoreResources: logStoreResources(parsed.logStoreResources),
    /** Size of the claim. */
    logPersistence: parsed.logPersistence === 'false' ? undefined : parsed.logPersistence,
    sumoUrl: parsed.sumoUrl ?? `https://${installed ? '' : 'open-'}collectors.sumologic.com`,
  }
}

/**
 * Reads and checks a stack's settings.
 *
 * @throws SettingsError listing every key that is missing, impossible or unknown, with the line to type
 */
export function readSettings(stackConfig: StackConfig): Settings {
  const { settings, issues } = checkSettings(stackConfig)
  if (issues.length > 0) throw new SettingsError(stackConfig.stack, issues)
  return settings
}

/**
 * The settings, and everything that is wrong with them: the first issue of each place.
 *
 * A key with an issue has a value that is not to be relied on, or none.
 */
export function checkSettings({ project, stack, config, encrypted }: StackConfig): {
  settings: Settings
  issues: Issue[]
} {
  const { values, issues } = readValues(project, config, encrypted)
  const defaults = stackDefaults(project, stack)
  const result = v.safeParse(SCHEMA, { ...defaults, ...values })
  issues.push(...(result.issues ?? []).map(toIssue))
  return {
    settings: complete(project, stack, result.output as ParsedSettings),
    issues: issues.filter((issue, index) => issues.findIndex((other) => covers(other, issue)) === index),
  }
}

/** Whether the second of two issues adds nothing: the first is of the same place, or one of them is of the whole. */
function covers(one: Issue, other: Issue): boolean {
  return one.key === other.key && (one.at === other.at || one.at === '' || other.at === '')
}

/** What Pulumi.yaml gives to a setting without a default of its own. */
const NOT_SET = { string: '', boolean: '', integer: '0', array: '', object: '{}' }

/** The values of the project's keys, and the secrets that are in clear text. */
function readValues(project: string, config: Record<string, string>, encrypted: string[]) {
  const values: Record<string, unknown> = {}
  const issues: Issue[] = []
  if (config['kubernetes:context']) values.context = config['kubernetes:context']
  for (const [name, text] of Object.entries(config)) {
    const [namespace, key = ''] = name.split(':')
    const { type = 'string', secret, example } = describeSetting(key) ?? {}
    if (namespace !== project || text === '' || text === NOT_SET[type]) continue
    values[key] = type === 'string' ? text : jsonOf(text)
    if (secret && !encrypted.includes(name)) {
      const message = 'is in clear text: revoke it and set it encrypted'
      issues.push({ key, message, at: '', example: String(example) })
    }
  }
  return { values, issues }
}

/** Pulumi keeps what is not text as JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) ?? text
  } catch {
    return text
  }
}
