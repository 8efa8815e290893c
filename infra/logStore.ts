import * as k8s from '@pulumi/kubernetes'
import * as pulumi from '@pulumi/pulumi'
import { claimVolume } from './claim.ts'
import { COMMON } from './containers.ts'
import { containerSecurityContext, LOG_STORE_USER, podSecurityContext } from './hardening.ts'
import { LOG_STORE_PORT } from './network.ts'
import { withDisk } from './pod.ts'
import { amountOf } from './settings/quantity.ts'
import type { Resources } from './settings/resources.ts'

const DATA = '/data'
/** Share of the volume at which the oldest day goes; the newest two stay whatever they take. */
const SHARE = 0.8

export interface LogStoreArgs {
  namespace: pulumi.Input<string>
  /** Name of the Service, and so the host that the collector sends to. */
  service: string
  instance: string
  /** What the store belongs to, in the labels. */
  partOf: string
  image: string
  imagePullSecrets: string[]
  /** How long a line is kept, such as 7d. */
  retention: string
  /** Of the volume. */
  size: string
  /** The lines outlive the store's pod: its volume is a claim. */
  persistent: boolean
  resources: Resources
  /** Labels of the pods that may reach it; nobody else may, for it asks for no password. */
  clients: Record<string, string>
}

/**
 * VictoriaLogs, a log database with a web page, for whoever has no Sumo Logic account: the collector sends to it as it
 * would to Sumo Logic. One pod.
 *
 * @see https://docs.victoriametrics.com/victorialogs/
 */
export class LogStore extends pulumi.ComponentResource {
  constructor(name: string, args: LogStoreArgs, options?: pulumi.ComponentResourceOptions) {
    super('bitacora:index:LogStore', name, {}, options)
    const { namespace, service } = args
    const selector = {
      'app.kubernetes.io/name': 'victoria-logs',
      'app.kubernetes.io/instance': args.instance,
    }
    const labels = {
      ...selector,
      'app.kubernetes.io/component': 'log-store',
      'app.kubernetes.io/part-of': args.partOf,
      'app.kubernetes.io/managed-by': 'pulumi',
    }
    const metadata = { namespace, labels }
    const child = { parent: this }

    new k8s.networking.v1.NetworkPolicy(
      name,
      {
        metadata,
        spec: {
          podSelector: { matchLabels: selector },
          policyTypes: ['Ingress', 'Egress'],
          egress: [],
          ingress: [
            {
              from: [{ podSelector: { matchLabels: args.clients } }],
              ports: [{ protocol: 'TCP', port: LOG_STORE_PORT }],
            },
          ],
        },
      },
      child,
    )
    new k8s.core.v1.Service(
      name,
      {
        // A store that does not come up would hold `pulumi up` here for minutes, and its Deployment says why.
        metadata: { ...metadata, name: service, annotations: { 'pulumi.com/skipAwait': 'true' } },
        spec: { selector, ports: [{ name: 'http', port: LOG_STORE_PORT, targetPort: 'http' }] },
      },
      child,
    )
    const claim = args.persistent
      ? claimVolume(name, { ...metadata, name: service }, args.size, child)
      : undefined
    new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: 1,
          // Two could not open the same data.
          strategy: { type: 'Recreate' },
          revisionHistoryLimit: 0,
          selector: { matchLabels: selector },
          template: { metadata: { labels }, spec: podSpec(args, claim) },
        },
      },
      { ...child, customTimeouts: { create: '5m', update: '5m' } },
    )
    this.registerOutputs({})
  }
}

function podSpec(
  args: LogStoreArgs,
  claim: pulumi.Input<string> | undefined,
): k8s.types.input.core.v1.PodSpec {
  const { image, retention, size, resources } = args
  const probe = { httpGet: { path: '/health', port: 'http' }, timeoutSeconds: 2 }
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: args.imagePullSecrets.map((name) => ({ name })),
    securityContext: podSecurityContext('restricted'),
    containers: [
      {
        name: 'victoria-logs',
        image,
        args: [
          `-storageDataPath=${DATA}`,
          `-retentionPeriod=${retention}`,
          `-retention.maxDiskSpaceUsageBytes=${Math.floor(amountOf(size) * SHARE)}`,
          // It confirms a line before that is on disk: the least interval that it takes.
          '-inmemoryDataFlushInterval=1s',
        ],
        ports: [{ name: 'http', containerPort: LOG_STORE_PORT }],
        volumeMounts: [{ name: 'data', mountPath: DATA }],
        resources: withDisk(resources, claim ? '0' : size),
        securityContext: containerSecurityContext(LOG_STORE_USER),
        readinessProbe: { ...probe, periodSeconds: 2 },
        livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 4 },
        ...COMMON,
      },
    ],
    volumes: [
      {
        name: 'data',
        ...(claim ? { persistentVolumeClaim: { claimName: claim } } : { emptyDir: { sizeLimit: size } }),
      },
    ],
  }
}
