import type { StackConfig } from '../settings/settings.ts'
import { output } from './run.ts'
import { PROJECT } from './stackFile.ts'

/**
 * Asks the Pulumi CLI for a stack's configuration, secrets included.
 *
 * @throws Error with Pulumi's own words: no login, no such stack, a wrong passphrase
 */
export async function stackConfig(stack: string): Promise<StackConfig> {
  const answer = await output('pulumi', [
    'config',
    '--stack',
    stack,
    '--show-secrets',
    '--json',
    '--non-interactive',
  ])
  const entries = Object.entries<{ value: string; secret: boolean }>(JSON.parse(answer))
  return {
    project: PROJECT,
    stack,
    config: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    encrypted: entries.filter(([, { secret }]) => secret).map(([key]) => key),
  }
}
