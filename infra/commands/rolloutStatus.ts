import type { Settings } from '../settings/settings.ts'
import { kubectl } from './kubectl.ts'

/** What we read of Kubernetes' objects. */
interface Item {
  kind: 'Deployment' | 'ReplicaSet' | 'Pod'
  metadata: {
    name: string
    generation: number
    labels: Record<string, string>
    annotations?: Record<string, string>
    deletionTimestamp?: string
  }
  spec: { replicas: number }
  status: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    availableReplicas?: number
    initContainerStatuses?: Container[]
    containerStatuses?: Container[]
  }
}
interface Container {
  name: string
  restartCount: number
  state: State
  lastState: State
}
interface State {
  waiting?: { reason: string; message?: string }
  terminated?: { exitCode: number; reason: string; message?: string }
}

/** How far the change of a Deployment has come. */
export interface RolloutStatus {
  deployment: Item | undefined
  pods: Item[]
}

/**
 * Reads the stack's Deployment, and the pods of its newest ReplicaSet: of older ones the state does not matter any more.
 *
 * @throws Error with what the cluster says instead
 */
export async function readRolloutStatus(settings: Settings): Promise<RolloutStatus> {
  const { context, namespace, instance } = settings
  const answer = await kubectl(context, [
    ...['--namespace', namespace, 'get', 'deployments,replicasets,pods'],
    ...['--selector', `app.kubernetes.io/instance=${instance},app.kubernetes.io/component=bot`],
  ])
  const items: Item[] = answer.items
  const deployment = items.find(({ kind }) => kind === 'Deployment')
  const isNewest = ({ kind, metadata }: Item) =>
    kind === 'ReplicaSet' && metadata.annotations?.[REVISION] === deployment?.metadata.annotations?.[REVISION]
  const hash = items.find(isNewest)?.metadata.labels['pod-template-hash']
  const isOurs = ({ kind, metadata }: Item) =>
    kind === 'Pod' && !metadata.deletionTimestamp && metadata.labels['pod-template-hash'] === hash
  return { deployment, pods: deployment && isSeen(deployment) ? items.filter(isOurs) : [] }
}

const REVISION = 'deployment.kubernetes.io/revision'

/** The controller has read the latest change. */
function isSeen({ metadata, status }: Item): boolean {
  return (status.observedGeneration ?? 0) >= metadata.generation
}

/** Every pod is new, and available. */
export function isDone({ deployment }: RolloutStatus): boolean {
  if (!deployment) return false
  const { spec, status } = deployment
  const { replicas, updatedReplicas, availableReplicas } = status
  return (
    isSeen(deployment) &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas)
  )
}

function containersOf({ status }: Item): Container[] {
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
}

/** A container was restarted in vain, or cannot be started at all. */
export function hasFailed({ pods }: RolloutStatus): boolean {
  return pods.flatMap(containersOf).some(({ restartCount, state }) => {
    const reason = state.waiting?.reason ?? ''
    return (
      restartCount >= 2 ||
      /^(CrashLoopBackOff|ImagePullBackOff|InvalidImageName|Create\w+Error)$/.test(reason)
    )
  })
}

/** What the containers said last, or what they wait for. */
export function lastContainerMessages({ pods }: RolloutStatus): string {
  const lines = pods.flatMap((pod) =>
    containersOf(pod).flatMap(({ name, state, lastState }) => {
      const end = state.terminated ?? lastState.terminated
      if (end)
        return [
          `${pod.metadata.name}, ${name} ended with code ${end.exitCode}:\n${end.message ?? end.reason}`,
        ]
      if (!state.waiting) return []
      return [`${pod.metadata.name}, ${name} waits: ${state.waiting.reason} ${state.waiting.message ?? ''}`]
    }),
  )
  return lines.join('\n') || 'No container has said anything yet.'
}
