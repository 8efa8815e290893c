import { ROOT_SECURITY_CONTEXT } from '../hardening.ts'
import type { Settings } from '../settings/settings.ts'
import { type Collector, LOG_FOLDER } from './collector.ts'

const FOLDER = '/config'
const NAME = 'sumo-sources.json'

/**
 * Sumo Logic's classic Installed Collector.
 *
 * It ignores SIGTERM and ships until it is killed, so neither a linger nor a flush is waited for: every deletion of
 * the pod lasts the whole grace period. It runs as root and keeps its state in the container's layer.
 *
 * @see https://github.com/SumoLogic/sumologic-collector-docker
 */
export function installed(settings: Settings): Collector {
  return {
    image: settings.collectorImage,
    file: { folder: FOLDER, name: NAME, content: sumoSources(settings) },
    parameters: {
      SUMO_SOURCES_JSON: `${FOLDER}/${NAME}`,
      SUMO_RECEIVER_URL: settings.sumoUrl,
      // The host's name alone, which is the pod's.
      SUMO_COLLECTOR_NAME_PREFIX: '',
      SUMO_COLLECTOR_EPHEMERAL: 'true',
      // The JVM's heap, in MB; the rest of the limit is its own.
      SUMO_JAVA_MEMORY_INIT: '64',
      SUMO_JAVA_MEMORY_MAX: '128',
    },
    secrets: credentials(settings),
    securityContext: ROOT_SECURITY_CONTEXT,
    podSecurity: 'baseline',
    lingerMs: 0,
    flushMs: 0,
    addresses: [settings.sumoUrl],
  }
}

function credentials({
  sumoInstallationToken,
  sumoAccessId,
  sumoAccessKey,
}: Settings): Record<string, string> {
  if (sumoInstallationToken) return { SUMO_INSTALLATION_TOKEN: sumoInstallationToken }
  return { SUMO_ACCESS_ID: sumoAccessId ?? '', SUMO_ACCESS_KEY: sumoAccessKey ?? '' }
}

/** @see https://help.sumologic.com/docs/send-data/use-json-configure-sources/json-parameters-installed-sources/ */
function sumoSources({ sumoCategory, project }: Settings): string {
  const source = {
    sourceType: 'LocalFile',
    name: project,
    pathExpression: `${LOG_FOLDER}/*.log`,
    category: sumoCategory,
    encoding: 'UTF-8',
    // One line is one JSON object, and its first field the time.
    multilineProcessingEnabled: false,
    useAutolineMatching: false,
    automaticDateParsing: true,
    timeZone: 'UTC',
    forceTimeZone: false,
    defaultDateFormats: [{ format: "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", locator: '"timestamp":"([^"]+)"' }],
  }
  return `${JSON.stringify({ 'api.version': 'v1', sources: [source] }, null, 2)}\n`
}
