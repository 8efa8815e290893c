import type { types } from '@pulumi/kubernetes'

/** Group of the log volume: the bot writes its files as 0640, the collector reads them by it. */
export const LOG_GROUP = 20_000

/** The users of the two images: distroless' nonroot, and the one of Sumo Logic's OpenTelemetry collector. */
export const BOT_USER = 65_532
export const OTEL_USER = 10_001
/** The image of VictoriaLogs names none. */
export const LOG_STORE_USER = 10_002

/** The level that the namespace enforces; `baseline` only where the classic collector has to be root. */
export type PodSecurity = 'restricted' | 'baseline'

/**
 * Labels of a namespace that enforce a Pod Security level. The version is the oldest that runs native sidecars, so
 * that an upgrade of the cluster does not change the rules.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function podSecurityLabels(level: PodSecurity): Record<string, string> {
  return Object.fromEntries(
    ['enforce', 'warn', 'audit'].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, level],
      [`pod-security.kubernetes.io/${mode}-version`, 'v1.29'],
    ]),
  )
}

/** Of the whole pod: an unprivileged user where every image has one, and the group of the shared volume. */
export function podSecurityContext(level: PodSecurity): types.input.core.v1.PodSecurityContext {
  return {
    ...(level === 'restricted' && { runAsNonRoot: true }),
    fsGroup: LOG_GROUP,
    // Without it the kubelet changes the group of every file at each start.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  }
}

/** Of a container that runs as this user and writes to its volumes alone. */
export function containerSecurityContext(user: number, group = user): types.input.core.v1.SecurityContext {
  return {
    runAsUser: user,
    runAsGroup: group,
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  }
}

/** Of the classic collector: its image runs as root and writes below /opt/SumoCollector. */
export const ROOT_SECURITY_CONTEXT: types.input.core.v1.SecurityContext = {
  runAsUser: 0,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
}

/** What a container may write to its stdout before the kubelet rotates it away, counted against the pod. */
export const STDOUT_BYTES = 50 * 1024 ** 2
