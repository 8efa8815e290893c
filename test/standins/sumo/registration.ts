import { randomBytes } from 'node:crypto'

/** A collector that registered with the installation token. */
export interface Collector {
  name: string
  /** What it asked for: collectorName, ephemeral, hostname, fields … */
  asked: { collectorName: string; [key: string]: unknown }
  heartbeats: number
  metadata?: unknown
}

export interface Answer {
  status: number
  content?: object
}

/** The error body that the collector's extension reads. */
export function refusal(message: string): object {
  return { id: randomBytes(4).toString('hex'), errors: [{ code: 'refused', message }] }
}

/**
 * The API of the collector's `sumologic` extension: it registers with the installation token as bearer, and gets the
 * credentials with which it sends heartbeats, metadata and data.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib extension/sumologicextension/extension.go
 */
export function createRegistration(installationToken: string) {
  const byAuthorization = new Map<string, Collector>()

  function register(authorization: string, body: Buffer): Answer {
    if (authorization !== `Bearer ${installationToken}`) {
      return { status: 401, content: refusal('The installation token is not valid') }
    }
    const asked: Collector['asked'] = JSON.parse(body.toString())
    const taken = [...byAuthorization.values()].some(({ name }) => name === asked.collectorName)
    const name = taken ? `${asked.collectorName}-${Date.now()}` : asked.collectorName
    const id = randomBytes(8).toString('hex')
    const key = randomBytes(16).toString('hex')
    byAuthorization.set(`Basic ${btoa(`${id}:${key}`)}`, { name, asked, heartbeats: 0 })
    return {
      status: 200,
      content: {
        collectorCredentialId: id,
        collectorCredentialKey: key,
        collectorId: randomBytes(8).toString('hex'),
        collectorName: name,
      },
    }
  }

  return {
    collectors: () => [...byAuthorization.values()],
    collectorOf: (authorization: string) => byAuthorization.get(authorization),
    answer(path: string, authorization: string, body: Buffer): Answer {
      if (path === '/api/v1/collector/register') return register(authorization, body)
      const collector = byAuthorization.get(authorization)
      if (!collector) return { status: 401, content: refusal('The collector is not registered') }
      switch (path) {
        case '/api/v1/collector/heartbeat':
          collector.heartbeats++
          return { status: 204 }
        case '/api/v1/otCollectors/metadata':
          collector.metadata = JSON.parse(body.toString())
          return { status: 200 }
        default:
          return { status: 404, content: refusal(`${path} is not known`) }
      }
    },
  }
}
