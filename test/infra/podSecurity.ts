import type * as k8s from '@pulumi/kubernetes'

type PodSpec = k8s.types.output.core.v1.PodSpec

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

/**
 * What Kubernetes' Pod Security level "restricted" would refuse in this pod, by container.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function violations(pod: PodSpec): string[] {
  const found: string[] = []
  const refuse = (where: string, what: string, broken: boolean) => broken && found.push(`${where}: ${what}`)
  refuse('pod', 'host namespaces', Boolean(pod.hostNetwork || pod.hostPID || pod.hostIPC))
  refuse('pod', 'sysctls', Boolean(pod.securityContext?.sysctls?.length))
  for (const { name, ...volume } of pod.volumes) {
    refuse(
      `volume ${name}`,
      'kind',
      Object.keys(volume).some((kind) => !VOLUMES.includes(kind)),
    )
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    const { name, securityContext: own, ports = [] } = container
    const profile = own?.seccompProfile?.type ?? pod.securityContext?.seccompProfile?.type
    const user = own?.runAsUser ?? pod.securityContext?.runAsUser
    refuse(name, 'privileged', Boolean(own?.privileged))
    refuse(
      name,
      'host port',
      ports.some(({ hostPort }) => hostPort),
    )
    refuse(name, 'privilege escalation', own?.allowPrivilegeEscalation !== false)
    refuse(
      name,
      'capabilities',
      !own?.capabilities?.drop?.includes('ALL') || Boolean(own.capabilities.add?.length),
    )
    refuse(name, 'seccomp', profile !== 'RuntimeDefault' && profile !== 'Localhost')
    refuse(name, 'root', !(own?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) || user === 0)
    refuse(name, 'proc mount', own?.procMount !== undefined && own.procMount !== 'Default')
  }
  return found
}
