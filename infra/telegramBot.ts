import * as k8s from '@pulumi/kubernetes'
import * as pulumi from '@pulumi/pulumi'
import type { Bot } from './bot.ts'
import { claimVolume } from './claim.ts'
import type { Collector } from './collector/collector.ts'
import type { Environment } from './containers.ts'
import { trafficRules } from './network.ts'
import { type PodArgs, podSpec } from './pod.ts'
import { exposeWebhook } from './webhook.ts'

export interface TelegramBotArgs extends PodArgs {
  /** Namespace of every object; the component does not make it. */
  namespace: pulumi.Input<string>
  /** Tells this deployment from the others of its cluster, in the labels. */
  instance: string
  /** The bot's version, in the labels. */
  version: string
  /** Pods: 1 for a bot that polls. */
  replicas: number
  /** Size of a claim for what is not shipped yet, so that a pod's successor ships it; for one pod that polls. */
  logPersistence: string | undefined
}

/**
 * A Telegram bot and the collector of its log in one pod, with everything that they need on the cluster.
 *
 * Each container has a ConfigMap and a Secret of its own. They are immutable and named by Pulumi, so a change makes
 * new ones and rolls the pod. Kubernetes 1.29 or newer.
 */
export class TelegramBot extends pulumi.ComponentResource {
  /** Name of the Deployment. */
  readonly deployment: pulumi.Output<string>
  /** The labels that its pods have and no others. */
  readonly selector: Record<string, string>

  constructor(name: string, args: TelegramBotArgs, options?: pulumi.ComponentResourceOptions) {
    super('bitacora:index:TelegramBot', name, {}, options)
    const { bot, collector, namespace } = args
    const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': args.instance }
    const labels = {
      ...selector,
      'app.kubernetes.io/version': args.version,
      'app.kubernetes.io/component': 'bot',
      'app.kubernetes.io/part-of': name,
      'app.kubernetes.io/managed-by': 'pulumi',
    }
    const metadata = { namespace, labels }
    const child = { parent: this }

    const configMap = (part: string, data: Record<string, string>) =>
      new k8s.core.v1.ConfigMap(`${name}-${part}`, { metadata, immutable: true, data }, child).metadata.name
    const secret = (part: string, values: Record<string, string>) =>
      Object.keys(values).length === 0
        ? undefined
        : new k8s.core.v1.Secret(`${name}-${part}`, { metadata, immutable: true, stringData: values }, child)
            .metadata.name
    const environment = (part: string, { parameters, secrets }: Bot | Collector): Environment => ({
      parameters: configMap(part, parameters),
      secret: secret(part, secrets),
    })

    const botEnvironment = environment('bot', bot)
    const collectorEnvironment = environment('collector', collector)
    const file = configMap('collector-file', { [collector.file.name]: collector.file.content })
    const account = new k8s.core.v1.ServiceAccount(
      name,
      { metadata, automountServiceAccountToken: false },
      child,
    ).metadata.name

    const claim =
      args.logPersistence === undefined
        ? undefined
        : claimVolume(name, { ...metadata, name: args.instance }, args.logPersistence, child)

    new k8s.networking.v1.NetworkPolicy(
      name,
      {
        metadata,
        spec: {
          podSelector: { matchLabels: selector },
          ...trafficRules([...bot.addresses, ...collector.addresses], bot.callers),
        },
      },
      child,
    )

    const deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: args.replicas,
          strategy: strategy(bot.webhook !== undefined),
          // An older ReplicaSet would name ConfigMaps that are gone.
          revisionHistoryLimit: 0,
          selector: { matchLabels: selector },
          template: {
            metadata: { labels },
            spec: podSpec(args, { account, file, claim, botEnvironment, collectorEnvironment, selector }),
          },
        },
      },
      {
        ...child,
        // A second poller beside the first would be refused: the old Deployment goes before a new one comes.
        deleteBeforeReplace: true,
        // A fresh node pulls both images first.
        customTimeouts: { create: '5m', update: '5m' },
      },
    )
    if (bot.webhook) exposeWebhook(name, bot.webhook, metadata, selector, child)

    this.selector = selector
    this.deployment = deployment.metadata.name
    this.registerOutputs({ deployment: this.deployment })
  }
}

/** A bot that polls is stopped before its successor starts; behind a Service one takes over from the other. */
function strategy(webhook: boolean): k8s.types.input.apps.v1.DeploymentStrategy {
  if (!webhook) return { type: 'Recreate' }
  return { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
}
