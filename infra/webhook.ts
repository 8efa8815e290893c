import * as k8s from '@pulumi/kubernetes'
import type { CustomResourceOptions, Input } from '@pulumi/pulumi'

/** Where Telegram posts to: the only path that the Ingress lets in. */
const WEBHOOK_PATH = '/telegram'

export interface Webhook {
  /** Public host name. */
  host: string
  /** Name of the Secret with the host's certificate. */
  tlsSecret: string
  ingressClass: string
  annotations: Record<string, string>
}

export function webhookUrl(host: string): string {
  return `https://${host}${WEBHOOK_PATH}`
}

/** A Service without a ready pod, or a load balancer that never gets an address, would hold `pulumi up` for minutes. */
const NOT_WAITED_FOR = { 'pulumi.com/skipAwait': 'true' }

/** What leads Telegram's requests to the pods, and what keeps one of them up while nodes are drained. */
export function receiveWebhook(
  name: string,
  webhook: Webhook,
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
  )
  new k8s.networking.v1.Ingress(
    `${name}-webhook`,
    {
      metadata: { ...metadata, annotations: { ...NOT_WAITED_FOR, ...webhook.annotations } },
      spec: {
        ingressClassName: webhook.ingressClass,
        tls: [{ hosts: [webhook.host], secretName: webhook.tlsSecret }],
        rules: [
          {
            host: webhook.host,
            http: {
              paths: [
                {
                  path: WEBHOOK_PATH,
                  pathType: 'Exact',
                  backend: { service: { name: service.metadata.name, port: { name: 'http' } } },
                },
              ],
            },
          },
        ],
      },
    },
    options,
  )
  new k8s.policy.v1.PodDisruptionBudget(
    `${name}-webhook`,
    { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
    options,
  )
}
