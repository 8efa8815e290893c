import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { StackConfig } from '../settings/settings.ts'
import { output } from './run.ts'

/** What Pulumi calls the project: the namespace of its keys. */
export const PROJECT: string = parse(readFileSync(new URL('../../Pulumi.yaml', import.meta.url), 'utf8')).name

/**
 * Asks the Pulumi CLI for a stack's configuration, secrets included.
 *
 * @throws Error with Pulumi's own words: no login, no such stack, a wrong passphrase
 */
export async function askForConfig(stack: string): Promise<StackConfig> {
  const options = ['--stack', stack, '--show-secrets', '--json', '--non-interactive']
  const answer = await output('pulumi', ['config', ...options])
  const entries = Object.entries<{ value: string; secret: boolean }>(JSON.parse(answer))
  return {
    project: PROJECT,
    stack,
    config: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    encrypted: entries.filter(([, { secret }]) => secret).map(([key]) => key),
  }
}

/**
 * Reads Pulumi.<stack>.yaml of the current folder, as Pulumi keeps values: text as it is, everything else as JSON. The
 * encrypted ones are named, but not among the values.
 *
 * @throws Error when there is no such file
 */
export function readStackFile(stack: string): StackConfig {
  const file = `Pulumi.${stack}.yaml`
  if (!existsSync(file)) throw new Error(`there is no ${file}: pulumi stack init ${stack}`)
  const entries = Object.entries<unknown>(parse(readFileSync(file, 'utf8'))?.config ?? {})
  const clear = entries.filter(([, value]) => !isEncrypted(value))
  const asKept = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  return {
    project: PROJECT,
    stack,
    config: Object.fromEntries(clear.map(([key, value]) => [key, asKept(value)])),
    encrypted: entries.filter(([, value]) => isEncrypted(value)).map(([key]) => key),
  }
}

/** As Pulumi counts it: one encrypted value in a list or an object makes a secret of the whole. */
function isEncrypted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return 'secure' in value || Object.values(value).some(isEncrypted)
}
