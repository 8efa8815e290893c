import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe } from 'vitest'
import { hostAddress } from '../standins/hostAddress.ts'

const run = promisify(execFile)

/** Names the context that may be used; then a missing part is a failure, not a reason to skip. */
const WANTED = process.env.BITACORA_CLUSTER

export interface Cluster {
  context: string
  /** This machine's address as the pods see it. */
  host: string
  /** Runs kubectl on this cluster and gives its stdout. @throws Error with its stderr */
  kubectl(...args: string[]): Promise<string>
  /** The same, for one object or a list of them. */
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind
  get(...args: string[]): Promise<any>
}

/**
 * Tests on kubectl's current context, when it is Minikube's or BITACORA_CLUSTER names it. Elsewhere they are skipped,
 * and their title says why; with BITACORA_CLUSTER they fail.
 */
export async function onCluster(title: string, suite: (cluster: Cluster) => void): Promise<void> {
  const cluster = await findCluster()
  const missing = typeof cluster === 'string'
  describe.skipIf(missing)(missing ? `${title} (${cluster})` : title, () => suite(cluster as Cluster))
}

async function findCluster(): Promise<Cluster | string> {
  try {
    return await currentCluster()
  } catch (error) {
    if (WANTED !== undefined) throw error
    return (error as Error).message
  }
}

async function currentCluster(): Promise<Cluster> {
  const context = (await found('kubectl', 'config', 'current-context')).trim()
  const kubectl = async (...args: string[]) => {
    const { stdout } = await run('kubectl', ['--context', context, ...args], { maxBuffer: 256 * 1024 ** 2 })
    return stdout
  }
  const get = async (...args: string[]) => JSON.parse(await kubectl('get', ...args, '--output', 'json'))

  const nodes = await get('nodes', '--request-timeout', '30s').catch(() => {
    throw new Error(`the cluster of kubectl's context ${context} does not answer`)
  })
  const isMinikube = context === 'minikube' || nodes.items.some(hasMinikubeLabel)
  if (WANTED !== undefined ? WANTED !== context : !isMinikube) {
    throw new Error(`kubectl's context ${context} is not Minikube's: BITACORA_CLUSTER=${context} permits it`)
  }
  await found('pulumi', 'version')
  await found('docker', 'version')
  return { context, host: await hostAddress(get), kubectl, get }
}

async function found(program: string, ...args: string[]): Promise<string> {
  try {
    return (await run(program, args, { timeout: 60_000 })).stdout
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr: string }
    throw new Error(code === 'ENOENT' ? `${program} is not on PATH` : `${program}: ${stderr.trim()}`)
  }
}

interface Node {
  metadata: { labels: Record<string, string> }
}

function hasMinikubeLabel({ metadata }: Node): boolean {
  return Object.keys(metadata.labels).some((label) => label.startsWith('minikube.k8s.io/'))
}
