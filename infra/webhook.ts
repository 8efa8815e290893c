import * as k8s from '@pulumi/kubernetes'
import type { CustomResourceOptions, Input } from '@pulumi/pulumi'

/** Where Telegram posts to: the only path that is let in. */
const WEBHOOK_PATH = '/telegram'

export interface Webhook {
  /** Public host name. */
  host: string
  route:
    | {
        via: 'ingress'
        /** None: the cluster's default class. */
        className: string | undefined
        annotations: Record<string, string>
        /** Name of the Secret with the host's certificate. */
        tlsSecret: string
      }
    | {
        via: 'gateway'
        /** <namespace>/<name> of the Gateway, or <namespace>/<name>/<listener>. */
        gateway: string
      }
}

export function webhookUrl(host: string): string {
  return `https://${host}${WEBHOOK_PATH}`
}

/** A Service without a ready pod, or a load balancer that never gets an address, would hold `pulumi up` for minutes. */
const NOT_WAITED_FOR = { 'pulumi.com/skipAwait': 'true' }

/** What leads Telegram's requests to the pods, and what keeps one of them up while nodes are drained. */
export function exposeWebhook(
  name: string,
  { host, route }: Webhook,
  metadata: { namespace: Input<string>; labels: Record<string, string> },
  selector: Record<string, string>,
  options: CustomResourceOptions,
): void {
  const service = new k8s.core.v1.Service(
    `${name}-webhook`,
    {
      metadata: { ...metadata, annotations: NOT_WAITED_FOR },
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    options,
  ).metadata.name
  if (route.via === 'ingress') {
    const backend = { service: { name: service, port: { name: 'http' } } }
    new k8s.networking.v1.Ingress(
      `${name}-webhook`,
      {
        metadata: { ...metadata, annotations: { ...NOT_WAITED_FOR, ...route.annotations } },
        spec: {
          ...(route.className && { ingressClassName: route.className }),
          tls: [{ hosts: [host], secretName: route.tlsSecret }],
          rules: [{ host, http: { paths: [{ path: WEBHOOK_PATH, pathType: 'Exact', backend }] } }],
        },
      },
      options,
    )
  } else {
    const [namespace, gateway, sectionName] = route.gateway.split('/')
    const path = { type: 'Exact', value: WEBHOOK_PATH }
    // Pulumi has no types for Gateway API: its objects are definitions of the cluster's own.
    new k8s.apiextensions.CustomResource(
      `${name}-webhook`,
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata,
        spec: {
          parentRefs: [{ namespace, name: gateway, ...(sectionName && { sectionName }) }],
          hostnames: [host],
          rules: [{ matches: [{ path, method: 'POST' }], backendRefs: [{ name: service, port: 80 }] }],
        },
      },
      options,
    )
  }
  new k8s.policy.v1.PodDisruptionBudget(
    `${name}-webhook`,
    { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
    options,
  )
}
