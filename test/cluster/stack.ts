import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js'
import bitacora from '../../package.json' with { type: 'json' }
import type { Cluster } from './cluster.ts'

const ROOT = new URL('../../', import.meta.url).pathname

/** What `npm run image` needs where no base image can be pulled and `minikube` is not there. */
const { BITACORA_LOAD = '', BITACORA_BUILD_ARGS = '', BITACORA_COLLECTOR_IMAGE = '' } = process.env

/** Settings that Pulumi keeps encrypted. */
const SECRETS = ['telegramToken', 'sumoEndpoint', 'sumoInstallationToken']

export interface BotStack {
  name: string
  namespace: string
  /** Tells its objects from those of other stacks. */
  instance: string
  pulumi: Stack
  /** The settings of Pulumi.yaml, an element of a list by its index; an empty one is not set. */
  set(settings: Record<string, string>): Promise<void>
  /** Runs a script of package.json. @throws Error that has its `stdout` and `stderr` */
  npmRun(script: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>
  /** Builds the bot's image and brings it to the cluster. @returns its name */
  buildImage(): Promise<string>
  /** `pulumi up`. @returns how many objects it made, changed or removed, and the seconds it took */
  up(): Promise<{ changed: number; seconds: number }>
  destroy(): Promise<void>
  /** Destroys what is left, and forgets the stack. */
  remove(): Promise<void>
}

/** A new stack of this project with a state of its own; its file lies beside the others until `remove`. */
export async function createStack(cluster: Cluster, settings: Record<string, string>): Promise<BotStack> {
  const name = `cluster-${randomBytes(3).toString('hex')}`
  const namespace = `${bitacora.name}-${name}`
  const state = await mkdtemp(join(tmpdir(), 'bitacora-state-'))
  const envVars = { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: name }
  const pulumi = await LocalWorkspace.createStack({ stackName: name, workDir: ROOT }, { envVars })

  const stack: BotStack = {
    name,
    namespace,
    instance: namespace,
    pulumi,
    async set(values) {
      for (const [key, value] of Object.entries(values)) {
        if (value === '') await pulumi.removeConfig(key)
        else await pulumi.setConfig(key, { value, secret: SECRETS.includes(key) }, key.endsWith(']'))
      }
    },
    npmRun: (script, ...args) =>
      promisify(execFile)('npm', ['run', script, '--', ...args], {
        cwd: ROOT,
        env: { ...process.env, ...envVars, NO_COLOR: '1' },
      }),
    async buildImage() {
      const load = BITACORA_LOAD === '' ? [] : ['--load', BITACORA_LOAD]
      const buildArgs = BITACORA_BUILD_ARGS.split(' ').filter((argument) => argument !== '')
      const args = buildArgs.flatMap((argument) => ['--build-arg', argument])
      await stack.npmRun('image', '--stack', name, ...load, ...args)
      return (await pulumi.getConfig('image')).value
    },
    async up() {
      const start = performance.now()
      const { summary } = await pulumi.up()
      const { same: _, ...changes } = summary.resourceChanges ?? {}
      const changed = Object.values(changes).reduce<number>((sum, count) => sum + (count ?? 0), 0)
      return { changed, seconds: (performance.now() - start) / 1000 }
    },
    async destroy() {
      await pulumi.destroy()
    },
    async remove() {
      try {
        await pulumi.destroy()
      } finally {
        // Whatever a broken destroy left behind.
        await cluster.kubectl('delete', 'namespace', namespace, '--ignore-not-found', '--wait=false')
        await rm(join(ROOT, `Pulumi.${name}.yaml`), { force: true })
        await rm(state, { recursive: true })
      }
    },
  }
  await stack.set({
    'kubernetes:context': cluster.context,
    allowImageTags: 'true',
    collectorImage: BITACORA_COLLECTOR_IMAGE,
    ...settings,
  })
  return stack
}
