// npm run -s manifests -- --stack prod: the objects that `pulumi up` would apply, as YAML, with no cluster and no CLI
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { MISSING } from '../guardKinds.ts'
import { GUARDS } from '../guards.ts'
import { type Registered, revealed, runProgram } from '../program.ts'
import { KEYS, PROJECT } from '../schema.ts'
import { checkSettings, type StackConfig } from '../settings.ts'
import { type Problem, SettingsError } from '../settingsError.ts'
import { command } from './run.ts'
import { stackFile } from './stackFile.ts'

const { values } = parseArgs({ options: { stack: { type: 'string', default: 'dev' } } })

await command(async () => {
  const { resources } = await runProgram(withPlaceholders(values.stack))
  const objects = resources.filter(({ type }) => type.startsWith('kubernetes:'))
  console.log(objects.map((object) => stringify(manifestOf(object))).join('---\n'))
})

/** The stack's configuration, complete: what is encrypted or missing has an example in its place. */
function withPlaceholders(stack: string): StackConfig {
  const { config, encrypted } = stackFile(stack)
  for (const name of encrypted) {
    const setting = name.replace(`${PROJECT}:`, '')
    const guard = GUARDS.find(({ key, value, at }) => key === setting && value !== undefined && !at)
    config[name] = KEYS[setting]?.type === 'string' ? (guard?.value ?? 'encrypted') : ''
    console.error(`${name} is encrypted: a placeholder stands for it`)
  }
  const complete = { project: PROJECT, stack, config, encrypted }
  for (const { key, value } of missing(complete)) {
    const name = key.includes(':') ? key : `${PROJECT}:${key}`
    config[name] = value ?? ''
    encrypted.push(name)
    console.error(`${name} is missing: a placeholder stands for it`)
  }
  return complete
}

/** @throws SettingsError when something is wrong that no placeholder could mend */
function missing(stack: StackConfig): Problem[] {
  const { problems } = checkSettings(stack)
  if (problems.some(({ what }) => what !== MISSING)) throw new SettingsError(stack.stack, problems)
  return problems
}

/** As in a file for kubectl: named, and with every secret masked. */
function manifestOf({ name, inputs }: Registered): unknown {
  const { apiVersion, kind, metadata, ...rest } = revealed(inputs, masked) as Record<string, object>
  return { apiVersion, kind, metadata: { name, ...metadata }, ...rest }
}

function masked(secret: unknown): unknown {
  if (typeof secret !== 'object' || secret === null) return '<secret>'
  return Object.fromEntries(Object.keys(secret).map((key) => [key, '<secret>']))
}
