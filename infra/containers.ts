import type { types } from '@pulumi/kubernetes'
import type { Input } from '@pulumi/pulumi'
import type { Bot } from './bot.ts'
import { type Collector, LOG_FOLDER } from './collector/collector.ts'
import { BOT_USER, containerSecurityContext, LOG_GROUP } from './hardening.ts'
import { BOT_PORT } from './network.ts'

type Container = types.input.core.v1.Container

/** Names of the pod's volumes; with a claim, also of its folders. */
export const LOGS = 'logs-data'
export const CONFIG = 'config-data'
export const STATE = 'collector-state'

/** Where one container's environment comes from: objects of its own, so that it sees no other's. */
export interface Environment {
  /** Name of the ConfigMap with its parameters. */
  parameters: Input<string>
  /** Name of the Secret with its secrets; none where it has none. */
  secret: Input<string> | undefined
}

/** Mounts one of the volumes, or, where a claim takes the place of both, its folder on that. */
export type Mount = (volume: typeof LOGS | typeof STATE, path: string) => types.input.core.v1.VolumeMount

/** The bot: it writes to the log volume and to nothing else. */
export function botContainer(
  bot: Bot,
  environment: Environment,
  resources: types.input.core.v1.ResourceRequirements,
  mount: Mount,
): Container {
  const probe = (path: string) => ({ httpGet: { path, port: 'http' }, timeoutSeconds: 2 })
  return {
    name: 'bot',
    image: bot.image,
    ports: [{ name: 'http', containerPort: BOT_PORT }],
    ...environmentOf(Object.keys(bot.secrets), environment, { POD_NAME: 'metadata.name' }),
    volumeMounts: [mount(LOGS, LOG_FOLDER)],
    resources,
    // Its files are the group's also on a volume whose group the kubelet cannot set, as those of Minikube.
    securityContext: containerSecurityContext(BOT_USER, LOG_GROUP),
    // The server listens; a starved node may take its time until then.
    startupProbe: { ...probe('/livez'), periodSeconds: 1, failureThreshold: 60 },
    // Telegram has answered a poll.
    readinessProbe: { ...probe('/readyz'), periodSeconds: 2, failureThreshold: 3 },
    // The loop turns, whatever Telegram answers.
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 3 },
    ...COMMON,
  }
}

/**
 * The collector, as a native sidecar: it starts before the bot and is stopped after the bot's exit, so that the last
 * lines are read. It has no readiness or startup probe, which would make the bot wait for Sumo Logic.
 */
export function collectorContainer(
  collector: Collector,
  environment: Environment,
  resources: types.input.core.v1.ResourceRequirements,
  mount: Mount,
): Container {
  const { args, livenessProbe, stateFolder } = collector
  return {
    name: 'collector',
    image: collector.image,
    restartPolicy: 'Always',
    ...(args && { args }),
    ...environmentOf(Object.keys(collector.secrets), environment, {
      POD_NAME: 'metadata.name',
      POD_NAMESPACE: 'metadata.namespace',
      NODE_NAME: 'spec.nodeName',
    }),
    volumeMounts: [
      { ...mount(LOGS, LOG_FOLDER), readOnly: true },
      { name: CONFIG, mountPath: collector.file.folder, readOnly: true },
      ...(stateFolder ? [mount(STATE, stateFolder)] : []),
    ],
    resources,
    securityContext: collector.securityContext,
    ...(livenessProbe && { livenessProbe }),
    ...COMMON,
  }
}

/** Of every container. */
export const COMMON = {
  // Tags in use do not move: a loaded image could not be pulled, and a pinned one need not be.
  imagePullPolicy: 'IfNotPresent',
  // `pulumi up` and `kubectl describe` tell the last lines of a container that died.
  terminationMessagePolicy: 'FallbackToLogsOnError',
}

function environmentOf(
  secrets: string[],
  { parameters, secret }: Environment,
  fields: Record<string, string>,
): Pick<Container, 'env' | 'envFrom'> {
  return {
    envFrom: [{ configMapRef: { name: parameters } }],
    env: [
      ...(secret
        ? secrets.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret, key: name } } }))
        : []),
      ...Object.entries(fields).map(([name, fieldPath]) => ({
        name,
        valueFrom: { fieldRef: { fieldPath } },
      })),
    ],
  }
}
