import { containerSecurityContext, OTEL_USER } from '../hardening.ts'
import { logStoreIntake } from '../network.ts'
import { amountOf } from '../settings/quantity.ts'
import type { Settings } from '../settings/settings.ts'
import { type Collector, LOG_FOLDER } from './collector.ts'
import { type Destination, otelFile } from './otel.ts'

const FOLDER = '/etc/otel'
const NAME = 'config.yaml'
const STATE = '/data/state'
const HEALTH_PORT = 13133
/** The collector reads every 200 ms; the rest is for a busy node. */
const LINGER_MS = 500
/** It needs 10 to 360 ms to stop; a request of the last batch may take some seconds. */
const FLUSH_MS = 12_000
/** Share of the container's memory at which Go's collector of garbage works harder. */
const GO_MEMORY = 0.8

/** Sumo Logic's OpenTelemetry collector: sending to Sumo Logic or the log store (`otel`), or to its own stdout (`console`). */
export function otel(settings: Settings): Collector {
  const destination = destinationOf(settings)
  const memory = amountOf(settings.collectorResources.limits.memory)
  return {
    image: settings.collectorImage,
    args: ['--config', `${FOLDER}/${NAME}`, '--feature-gates=stanza.synchronousLogEmitter'],
    file: {
      folder: FOLDER,
      name: NAME,
      content: otelFile({
        destination,
        logs: `${LOG_FOLDER}/*.log`,
        state: STATE,
        health: `0.0.0.0:${HEALTH_PORT}`,
        memory,
      }),
    },
    parameters: {
      GOMEMLIMIT: String(Math.floor(memory * GO_MEMORY)),
      SUMO_SOURCE_CATEGORY: settings.sumoCategory,
      SUMO_SOURCE_NAME: settings.project,
      ...(settings.logStore !== 'none' && { SUMO_ENDPOINT: logStoreIntake(settings) }),
      // For https alone: the log store is reached without.
      ...(destination.to !== 'console' && settings.proxy && { HTTPS_PROXY: settings.proxy }),
      ...(destination.to !== 'console' && settings.noProxy && { NO_PROXY: settings.noProxy }),
    },
    secrets: secretsOf(settings, destination),
    stateFolder: STATE,
    securityContext: containerSecurityContext(OTEL_USER),
    podSecurity: 'restricted',
    // Slow on purpose, and the only probe: Sumo Logic's troubles must neither gate nor restart anything.
    livenessProbe: {
      httpGet: { path: '/', port: HEALTH_PORT },
      periodSeconds: 60,
      timeoutSeconds: 5,
      failureThreshold: 10,
    },
    lingerMs: LINGER_MS,
    flushMs: FLUSH_MS,
    addresses: addressesOf(settings, destination),
  }
}

function destinationOf({ collector, logStore, sumoEndpoint, sumoUrl }: Settings): Destination {
  if (collector === 'console') return { to: 'console' }
  if (logStore !== 'none') return { to: 'endpoint', format: 'otlp' }
  if (sumoEndpoint === undefined) return { to: 'registration', apiUrl: sumoUrl }
  // A plain HTTP Source takes lines, an OTLP/HTTP Source records with a time of their own.
  const lines = new URL(sumoEndpoint).pathname.startsWith('/receiver/v1/http/')
  return { to: 'endpoint', format: lines ? 'text' : 'otlp' }
}

function secretsOf(settings: Settings, { to }: Destination): Record<string, string> {
  const { logStore, sumoEndpoint = '', sumoInstallationToken = '' } = settings
  if (logStore !== 'none') return {}
  if (to === 'endpoint') return { SUMO_ENDPOINT: sumoEndpoint }
  if (to === 'registration') return { SUMOLOGIC_INSTALLATION_TOKEN: sumoInstallationToken }
  return {}
}

function addressesOf(settings: Settings, { to }: Destination): string[] {
  if (to === 'console') return []
  if (settings.logStore !== 'none') return [logStoreIntake(settings)]
  return [settings.sumoEndpoint ?? settings.sumoUrl]
}
