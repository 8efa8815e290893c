import { stringify } from 'yaml'

/** Where the OpenTelemetry collector sends what it reads. */
export type Destination =
  /** An HTTP Source's address in SUMO_ENDPOINT. Nothing is registered, so nothing can be refused at start. */
  | { to: 'endpoint'; format: 'otlp' | 'text' }
  /** A registration with SUMOLOGIC_INSTALLATION_TOKEN at this address. */
  | { to: 'registration'; apiUrl: string }
  /** The collector's own stdout. */
  | { to: 'console' }

export interface OtelFileArgs {
  destination: Destination
  /** Glob of the files that are read. */
  logs?: string
  /** Folder for offsets and the sending queue; it has to outlive the container. */
  state?: string
  /** host:port of the health endpoint. */
  health?: string
  /** What the container may use, in bytes. */
  memory?: number
}

/**
 * Makes the configuration file of Sumo Logic's OpenTelemetry collector, `otelcol-sumo`: start it with
 * `--feature-gates=stanza.synchronousLogEmitter`, without which a killed collector loses the 100 lines that the
 * receiver holds. Read from its environment: SUMO_SOURCE_CATEGORY, SUMO_SOURCE_NAME, POD_NAME, POD_NAMESPACE,
 * NODE_NAME, and the destination's secret.
 */
export function otelFile(args: OtelFileArgs): string {
  const { destination, logs = '/data/logs/*.log', state = '/data/state', health = '0.0.0.0:13133' } = args
  const { memory = 256 * 1024 ** 2 } = args
  const exporter = destination.to === 'console' ? 'debug' : 'sumologic'
  return stringify({
    extensions: {
      health_check: { endpoint: health },
      file_storage: fileStorage(state),
      ...(destination.to === 'registration' && { sumologic: registration(destination.apiUrl, state) }),
    },
    receivers: { filelog: fileLog(logs) },
    processors: { memory_limiter: memoryLimiter(memory) },
    exporters: { [exporter]: destination.to === 'console' ? debug : sumoLogic(destination) },
    service: {
      extensions: [
        'health_check',
        'file_storage',
        ...(destination.to === 'registration' ? ['sumologic'] : []),
      ],
      pipelines: {
        logs: { receivers: ['filelog'], processors: ['memory_limiter'], exporters: [exporter] },
      },
      telemetry: { logs: { level: 'info' }, metrics: { level: 'none' } },
    },
  })
}

const FOR_EVER = '0s'

const env = (name: string) => `\${env:${name}}`

/** Refuses at 70 % of the memory, and begins to 15 % below that. */
function memoryLimiter(memory: number) {
  const mebibytes = (share: number) => Math.floor((memory * share) / 1024 ** 2)
  return { check_interval: '1s', limit_mib: mebibytes(0.7), spike_limit_mib: mebibytes(0.15) }
}

function fileLog(logs: string) {
  return {
    include: [logs],
    start_at: 'beginning',
    storage: 'file_storage',
    poll_interval: '200ms',
    // Any record attribute would make Sumo Logic wrap the line in a JSON object of its own.
    include_file_name: false,
    // The bot's lines end at 32 KB. A record beyond the exporter's max_size would drop its whole batch; a line
    // of broken UTF-8 grows to three times its size.
    max_log_size: '256KiB',
    // Wait while the memory limiter or a full queue refuses, instead of dropping.
    retry_on_failure: {
      enabled: true,
      initial_interval: '200ms',
      max_interval: '1s',
      max_elapsed_time: FOR_EVER,
    },
    resource: {
      _sourceCategory: env('SUMO_SOURCE_CATEGORY'),
      _sourceName: env('SUMO_SOURCE_NAME'),
      _sourceHost: env('POD_NAME'),
      'k8s.namespace.name': env('POD_NAMESPACE'),
      'k8s.pod.name': env('POD_NAME'),
      'k8s.node.name': env('NODE_NAME'),
    },
    operators: [
      // The record's time and severity are the line's own; the line stays whole in the body.
      {
        type: 'regex_parser',
        regex: '^\\{"timestamp":"(?P<time>[^"]+)","level":"(?P<level>[^"]+)"',
        on_error: 'send_quiet',
        timestamp: {
          parse_from: 'attributes.time',
          layout_type: 'gotime',
          layout: '2006-01-02T15:04:05.000Z07:00',
          on_error: 'send_quiet',
        },
        severity: { parse_from: 'attributes.level', mapping: SEVERITIES, on_error: 'send_quiet' },
      },
      ...['time', 'level'].map((name) => ({
        type: 'remove',
        field: `attributes.${name}`,
        on_error: 'send_quiet',
      })),
    ],
  }
}

/**
 * Severities for winston's levels beside error, warn, info and debug, in winston's order.
 *
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
 */
const SEVERITIES = { debug4: 'http', debug3: 'verbose', trace: 'silly' }

function fileStorage(directory: string) {
  return {
    directory,
    create_directory: true,
    // On a claim the collector of a pod that is going holds the lock, for as long as its pod may take to stop.
    timeout: '2m',
    // The files never shrink by themselves: give back what an outage took. The queue's 64 MiB never reach the
    // default threshold of 100.
    compaction: {
      directory,
      on_start: true,
      on_rebound: true,
      rebound_needed_threshold_mib: 16,
      rebound_trigger_threshold_mib: 4,
      cleanup_on_start: true,
    },
  }
}

function registration(apiUrl: string, state: string) {
  return {
    installation_token: env('SUMOLOGIC_INSTALLATION_TOKEN'),
    api_base_url: apiUrl,
    // A fixed name would register every new pod as <name>-<timestamp>.
    collector_name: env('POD_NAME'),
    ephemeral: true,
    discover_collector_tags: false,
    collector_credentials_directory: `${state}/credentials`,
    backoff: { max_interval: '30s', max_elapsed_time: FOR_EVER },
  }
}

function sumoLogic(destination: Exclude<Destination, { to: 'console' }>) {
  return {
    ...(destination.to === 'endpoint' && { endpoint: env('SUMO_ENDPOINT') }),
    log_format: destination.to === 'endpoint' ? destination.format : 'otlp',
    compression: 'gzip',
    timeout: '15s',
    retry_on_failure: {
      enabled: true,
      initial_interval: '1s',
      max_interval: '30s',
      max_elapsed_time: FOR_EVER,
    },
    sending_queue: {
      enabled: true,
      storage: 'file_storage',
      num_consumers: 2,
      sizer: 'bytes',
      queue_size: 64 * 1024 ** 2,
      block_on_overflow: true,
      // Batches are made behind the persistent queue: a batch processor before it would lose its own at a kill.
      batch: { flush_timeout: '200ms', sizer: 'bytes', min_size: 262_144, max_size: 1_000_000 },
    },
  }
}

/** To stdout as it is; the collector's own logger would write to stderr. */
const debug = { verbosity: 'normal', use_internal_logger: false }
