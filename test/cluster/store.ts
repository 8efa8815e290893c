import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { portForward } from '../../infra/commands/portForward.ts'
import { LOG_STORE_PORT, logStoreService } from '../../infra/network.ts'
import { queryLogs } from '../pipeline/victoriaLogs.ts'
import type { Cluster } from './cluster.ts'
import type { BotStack } from './stack.ts'
import type { World } from './world.ts'

const POLL_MS = 500

/** What the log store has of one process start of a pod, as a query counts it. */
export interface Stored {
  boot: string
  /** Lines, each as often as it came. */
  came: number
  /** Different lines. */
  there: number
  /** The highest `seq`. */
  last: number
}

/** Asks the stack's log store, over a way that is opened for this question. @throws Error with its or kubectl's words */
export async function askStore({ cluster, stack }: World, query: string): Promise<Record<string, string>[]> {
  const { context } = cluster
  const { namespace, instance } = stack
  const service = `service/${logStoreService(instance)}`
  const forward = await portForward({ context, namespace }, service, LOG_STORE_PORT)
  try {
    return await queryLogs(forward.url, query)
  } finally {
    forward.close()
  }
}

/** Counts a pod's lines by a query, the earliest process start first. */
export async function storedLines(world: World, pod: string): Promise<Stored[]> {
  const found = await askStore(
    world,
    `* | unpack_json | filter instance:=${pod} | stats by (boot) count() came, count_uniq(seq) there, max(seq) last, min(_time) first | sort by (first)`,
  )
  return found.map(({ boot = '', came, there, last }) => ({
    boot,
    came: Number(came),
    there: Number(there),
    last: Number(last),
  }))
}

/** Which of these updates have no line there. */
export async function missingUpdates(world: World, updates: number[]): Promise<number[]> {
  const found = await askStore(world, '* | unpack_json | filter update_id:* | uniq by (update_id)')
  const there = new Set(found.map(({ update_id }) => Number(update_id)))
  return updates.filter((update) => !there.has(update))
}

/**
 * The same, once each of these updates has its line and no line is missing below the highest `seq`; or, where that does
 * not come about, what there is after `timeoutMs`. A store that does not answer is asked again.
 */
export async function storedWith(
  world: World,
  pod: string,
  updates: number[],
  timeoutMs = 90_000,
): Promise<{ stored: Stored[]; missing: number[] }> {
  const look = async () => ({
    stored: await storedLines(world, pod),
    missing: await missingUpdates(world, updates),
  })
  const isWhole = ({ stored, missing }: Awaited<ReturnType<typeof look>>) =>
    missing.length === 0 && stored.length > 0 && stored.every(({ there, last }) => there === last)
  await vi
    .waitUntil(async () => isWhole(await look().catch(() => ({ stored: [], missing: updates }))), {
      timeout: timeoutMs,
      interval: POLL_MS,
    })
    .catch(() => {})
  return look()
}

/**
 * Makes volumes for these claims of a stack, where the cluster has no StorageClass to make them: folders of this machine,
 * which is the node then. @returns removes them
 */
export async function makeVolumes(
  { kubectl, get }: Cluster,
  { namespace }: BotStack,
  claims: string[],
): Promise<() => Promise<void>> {
  const classes = await get('storageclasses')
  if (classes.items.length > 0) return async () => {}
  const folder = await mkdtemp(join(tmpdir(), 'volumes-'))
  await chmod(folder, 0o755)
  const names: string[] = []
  for (const claim of claims) {
    const path = await mkdtemp(join(folder, 'volume-'))
    // As Minikube's own.
    await chmod(path, 0o777)
    const name = `${namespace}-${claim}`
    names.push(`persistentvolume/${name}`)
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace, name: claim },
        hostPath: { path },
      },
    }
    const file = join(folder, `${claim}.json`)
    await writeFile(file, JSON.stringify(volume))
    await kubectl('apply', '--filename', file)
  }
  return async () => {
    await kubectl('delete', ...names, '--ignore-not-found', '--wait=false')
    await rm(folder, { recursive: true, force: true })
  }
}
