import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { vi } from 'vitest'
import type { World } from './world.ts'

const POLL_MS = 200
/** As long as `npm run up` waits for a rollout. */
const WAIT_TIMEOUT_MS = 180_000

interface State {
  running?: object
  waiting?: { reason: string; message?: string }
  terminated?: { exitCode: number; message?: string }
}

export interface Container {
  name: string
  restartCount: number
  ready: boolean
  state: State
  lastState: State
}

export interface Pod {
  name: string
  uid: string
  ready: boolean
  bot: Container
  collector: Container
}

interface PodObject {
  metadata: { name: string; uid: string; deletionTimestamp?: string }
  status: {
    conditions?: { type: string; status: string }[]
    initContainerStatuses?: Container[]
    containerStatuses?: Container[]
  }
}

/** The pods of the bot that are not on their way out, and have got to a node. */
export async function podsOf({ cluster, stack }: World): Promise<Pod[]> {
  const { items } = await cluster.get('pods', '--namespace', stack.namespace)
  return items.flatMap(({ metadata, status }: PodObject) => {
    const [collector] = status.initContainerStatuses ?? []
    const [bot] = status.containerStatuses ?? []
    if (metadata.deletionTimestamp || !collector || !bot) return []
    const ready =
      status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
    return [{ name: metadata.name, uid: metadata.uid, ready, bot, collector }]
  })
}

/**
 * The only pod, as soon as it is as wanted; ready where nothing else is. A cluster that does not answer is asked again.
 *
 * @throws Error with the pods, after three minutes
 */
export function waitForPod(world: World, wanted = (pod: Pod) => pod.ready): Promise<Pod> {
  const look = async () => {
    const pods = await podsOf(world)
    const [pod, ...others] = pods
    if (pod && others.length === 0 && wanted(pod)) return pod
    throw new Error(`The pods are ${JSON.stringify(pods)}`)
  }
  return vi.waitFor(look, { timeout: WAIT_TIMEOUT_MS, interval: POLL_MS })
}

/** What the bot's container wrote to stdout, from its start to its end. */
export async function followBot({ cluster, stack }: World, pod: string): Promise<string[]> {
  const child = spawn(
    'kubectl',
    [
      '--context',
      cluster.context,
      '--namespace',
      stack.namespace,
      'logs',
      '--follow',
      pod,
      '--container',
      'bot',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  return (await text(child.stdout)).split('\n').filter((line) => line.startsWith('{'))
}
