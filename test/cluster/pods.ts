import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from './world.ts'

const POLL_MS = 200
const PATIENCE_MS = 60_000

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

/** The only pod, as soon as it is as wanted; ready where nothing else is. @throws after a minute */
export async function waitForPod(world: World, wanted = (pod: Pod) => pod.ready): Promise<Pod> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const [pod, ...others] = await podsOf(world)
    if (pod && others.length === 0 && wanted(pod)) return pod
    if (Date.now() > end) throw new Error(`After ${PATIENCE_MS} ms the pod is ${JSON.stringify(pod)}`)
    await sleep(POLL_MS)
  }
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
