import type { types } from '@pulumi/kubernetes'
import type { Input } from '@pulumi/pulumi'
import type { Bot } from './bot.ts'
import type { Collector } from './collector/collector.ts'
import {
  botContainer,
  CONFIG,
  collectorContainer,
  type Environment,
  LOGS,
  type Mount,
  STATE,
} from './containers.ts'
import { gracePeriodSeconds } from './gracePeriod.ts'
import { podSecurityContext, STDOUT_BYTES } from './hardening.ts'
import { STATE_VOLUME } from './settings/logVolume.ts'
import { amountOf, mebibytes } from './settings/quantity.ts'
import type { Resources } from './settings/resources.ts'

export interface PodArgs {
  bot: Bot
  collector: Collector
  /** sizeLimit of the volume that the bot writes and the collector reads. */
  logVolume: string
  botResources: Resources
  collectorResources: Resources
  /** Names of Secrets with the registry's credentials. */
  imagePullSecrets: string[]
}

/** The objects that the pod needs beside it. */
export interface PodNeeds {
  /** Name of the ServiceAccount. */
  account: Input<string>
  /** Name of the ConfigMap with the collector's file. */
  file: Input<string>
  /** Name of the claim that has the log files and the collector's state; none: they go with the pod. */
  claim: Input<string> | undefined
  botEnvironment: Environment
  collectorEnvironment: Environment
  /** The labels that tell the pods of this bot. */
  selector: Record<string, string>
}

/** The bot, its collector beside it, and the volumes between them. */
export function podSpec(args: PodArgs, needs: PodNeeds): types.input.core.v1.PodSpec {
  const { bot, collector, botResources, collectorResources, logVolume } = args
  const webhook = bot.webhook !== undefined
  const { claim } = needs
  const mount: Mount = (volume, mountPath) =>
    claim ? { name: LOGS, subPath: volume, mountPath } : { name: volume, mountPath }
  const disk = (size: string) => (claim ? '0' : size)
  return {
    serviceAccountName: needs.account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: args.imagePullSecrets.map((name) => ({ name })),
    securityContext: podSecurityContext(collector.podSecurity),
    terminationGracePeriodSeconds: gracePeriodSeconds(collector, webhook),
    ...(webhook && { topologySpreadConstraints: [spread(needs.selector)] }),
    initContainers: [
      collectorContainer(
        collector,
        needs.collectorEnvironment,
        withDisk(collectorResources, disk(STATE_VOLUME)),
        mount,
      ),
    ],
    containers: [botContainer(bot, needs.botEnvironment, withDisk(botResources, disk(logVolume)), mount)],
    volumes: [
      {
        name: LOGS,
        ...(claim ? { persistentVolumeClaim: { claimName: claim } } : { emptyDir: { sizeLimit: logVolume } }),
      },
      { name: CONFIG, configMap: { name: needs.file } },
      ...(collector.stateFolder && !claim ? [{ name: STATE, emptyDir: { sizeLimit: STATE_VOLUME } }] : []),
    ],
  }
}

function spread(selector: Record<string, string>): types.input.core.v1.TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selector },
    matchLabelKeys: ['pod-template-hash'],
  }
}

/**
 * The disk that a container may use: what it writes to its volume or layer, and its stdout. The kubelet evicts a pod
 * whose volumes, layers and stdout together outgrow the sum of these limits.
 */
export function withDisk(
  { requests, limits }: Resources,
  volume: string,
): types.input.core.v1.ResourceRequirements {
  const disk = { 'ephemeral-storage': mebibytes(amountOf(volume) + STDOUT_BYTES) }
  return { requests: { ...requests, ...disk }, limits: { ...limits, ...disk } }
}
