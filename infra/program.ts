import * as pulumi from '@pulumi/pulumi'
import type { StackConfig } from './settings/settings.ts'

/** One object that the program asked Pulumi for. */
export interface Registered {
  /** Pulumi's type, such as kubernetes:apps/v1:Deployment. */
  type: string
  name: string
  /** What the program said of it; a secret is an envelope, see `revealed`. */
  inputs: Record<string, unknown>
}

/** How Pulumi marks a secret on its way to the engine. */
const SIGNATURE = '4dabf18193072939515e22adb298388d'
const SECRET = '1b47061264138c4ac30d75fd1eb44270'

/**
 * Runs the program as `pulumi preview` would, with Pulumi's mocks in place of the engine: no CLI, no cluster.
 *
 * @returns the objects in the order of the program, and its outputs
 */
export async function runProgram(
  stack: StackConfig,
): Promise<{ resources: Registered[]; outputs: Record<string, unknown> }> {
  const resources: Registered[] = []
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        resources.push({ type, name, inputs })
        // The engine names an object that has no name; here its logical name has to do.
        return { id: name, state: { ...inputs, metadata: { name, ...inputs.metadata } } }
      },
      call: ({ inputs }) => inputs,
    },
    stack.project,
    stack.stack,
    true,
  )
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(stack.encrypted)
  pulumi.runtime.setAllConfig(stack.config, stack.encrypted)
  const outputs = await import('./index.ts')
  await pulumi.runtime.disconnect()
  return { resources, outputs }
}

/** The value with every secret in it replaced by what `replace` makes of its content. */
export function revealed(value: unknown, replace: (secret: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => revealed(item, replace))
  if (typeof value !== 'object' || value === null) return value
  const object = value as Record<string, unknown>
  if (object[SIGNATURE] === SECRET) return replace(object.value)
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, revealed(item, replace)]))
}
