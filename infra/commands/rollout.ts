import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../settings.ts'
import { kubectl } from './kubectl.ts'
import { lastLine } from './run.ts'

/** A node that has to pull both images may take minutes. */
const PATIENCE_MS = 180_000
const POLL_MS = 1_000

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

/**
 * Waits until the stack's Deployment has replaced its pods. The provider waits, too, but reads the status of the
 * replaced pods at times, and then takes a crashing update for done. A cluster that does not answer is asked again.
 *
 * @param tell is given what the cluster says instead of an answer, once while it is the same
 * @throws Error with the last words of the pods that do not come up
 */
export async function waitForRollout(settings: Settings, tell: (words: string) => void): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  let told = ''
  for (;;) {
    const isLate = Date.now() > deadline
    const seen = await current(settings).catch((error: Error) => {
      if (isLate) throw error
      const words = lastLine(error)
      if (words !== told) tell(words)
      told = words
    })
    if (seen) told = ''
    if (seen?.deployment && isDone(seen.deployment)) return
    if (seen && (isLate || seen.pods.some(isHopeless))) throw new Error(stuck(settings, seen.pods))
    await sleep(POLL_MS)
  }
}

function stuck({ context, namespace }: Settings, pods: Item[]): string {
  const names = pods.map(({ metadata }) => metadata.name).join(' ')
  const restart = `kubectl --context ${context} --namespace ${namespace} delete pod ${names}`
  return `The pod does not come up.\n${lastWords(pods)}\nOnce the cause is mended elsewhere, this starts it at once: ${restart}`
}

/** What the pods of the stack's newest configuration said last. */
export async function lastWordsOf(settings: Settings): Promise<string> {
  return lastWords((await current(settings)).pods)
}

/** The Deployment, and the pods of its newest ReplicaSet: of older ones the state does not matter any more. */
async function current({ context = '', namespace, instance }: Settings) {
  const answer = await kubectl(context, [
    ...['--namespace', namespace, 'get', 'deployments,replicasets,pods'],
    ...['--selector', `app.kubernetes.io/instance=${instance}`],
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

function isDone(deployment: Item): boolean {
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

/** Restarted in vain, or not to be started at all. */
function isHopeless(pod: Item): boolean {
  return containersOf(pod).some(({ restartCount, state }) => {
    const reason = state.waiting?.reason ?? ''
    return (
      restartCount >= 2 ||
      /^(CrashLoopBackOff|ImagePullBackOff|InvalidImageName|Create\w+Error)$/.test(reason)
    )
  })
}

function lastWords(pods: Item[]): string {
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
