import type * as k8s from '@pulumi/kubernetes'
import { vi } from 'vitest'
import { readStackFile } from '../../infra/commands/stackConfig.ts'
import type { Registered } from '../../infra/program.ts'

type PodSpec = k8s.types.output.core.v1.PodSpec
type Container = k8s.types.output.core.v1.Container

/** Secrets that no test but its own may find in clear text. */
export const SECRETS = {
  telegramToken: `1234567890:${'token-of-this-test-'.repeat(2)}`,
  sumoEndpoint: 'https://endpoint1.collection.sumologic.com/receiver/v1/otlp/endpoint-of-this-test',
  sumoInstallationToken: 'installation-token-of-this-test',
  sumoAccessId: 'access-id-of-this-test',
  sumoAccessKey: 'access-key-of-this-test',
}
type Secret = keyof typeof SECRETS

const DIGEST = `sha256:${'a'.repeat(64)}`

/** What a person sets before the first `pulumi up`, apart from the secrets. */
const FIRST = {
  'kubernetes:context': 'cluster-of-the-test',
  image: `registry.example.org/bitacora@${DIGEST}`,
  collectorImage: `registry.example.org/collector@${DIGEST}`,
}

/** What a bot behind a webhook needs besides. */
export const WEBHOOK = { receive: 'webhook', webhookHost: 'bot.example.org', webhookNamespaces: ['traefik'] }

export interface Stack {
  stack: string
  settings?: Record<string, unknown>
  secrets?: Secret[]
}

/** A stack's file with what a person sets, as Pulumi hands it to the program. */
export function configOf({ stack, settings = {}, secrets = ['telegramToken', 'sumoEndpoint'] }: Stack) {
  const values = { ...FIRST, ...settings, ...Object.fromEntries(secrets.map((key) => [key, SECRETS[key]])) }
  const named = (key: string) => (key.includes(':') ? key : `bitacora:${key}`)
  const config = { ...readStackFile(stack).config }
  for (const [key, value] of Object.entries(values)) {
    config[named(key)] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  return { project: 'bitacora', stack, config, encrypted: secrets.map(named) }
}

/** Runs the real program for a stack and gives what it would put on the cluster. */
export async function deploy(stack: Stack) {
  vi.resetModules()
  const { runProgram } = await import('../../infra/program.ts')
  const { resources, outputs } = await runProgram(configOf(stack))
  return { resources, outputs, ...viewOf(resources) }
}

function viewOf(resources: Registered[]) {
  const all = (kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`))
  // biome-ignore lint/suspicious/noExplicitAny: the objects of a cluster, looked at by their paths
  const inputs = (kind: string, name?: string): any =>
    all(kind).find((resource) => name === undefined || resource.name === name)?.inputs
  const pod: PodSpec = inputs('Deployment', 'bitacora').spec.template.spec
  const bot = pod.containers[0] as Container
  const collector = pod.initContainers[0] as Container
  return { all, inputs, pod, bot, collector }
}

/** The environment of a container: its parameters, and where its secrets and fields come from. */
export function environmentOf(
  container: Container,
  inputs: (kind: string, name: string) => { data: Record<string, string> },
) {
  const parameters = container.envFrom.flatMap(({ configMapRef }) =>
    Object.entries(inputs('ConfigMap', configMapRef.name).data),
  )
  return {
    parameters: Object.fromEntries(parameters),
    secrets: container.env.filter(({ valueFrom }) => valueFrom?.secretKeyRef).map(({ name }) => name),
    fields: container.env.filter(({ valueFrom }) => valueFrom?.fieldRef).map(({ name }) => name),
    values: container.env.filter(({ value }) => value !== undefined).map(({ name }) => name),
  }
}
