// npm run -s manifests -- --stack prod: the objects that `pulumi up` would apply, as YAML, with no cluster and no CLI
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { type Registered, revealed, runProgram } from '../program.ts'
import { MISSING } from '../settings/forms.ts'
import { SettingsError } from '../settings/issues.ts'
import { describeSetting } from '../settings/schema.ts'
import { checkSettings, type StackConfig } from '../settings/settings.ts'
import { command } from './run.ts'
import { PROJECT, readStackFile } from './stackConfig.ts'

const { values } = parseArgs({ options: { stack: { type: 'string', default: 'dev' } } })

await command(async () => {
  const { resources } = await runProgram(withPlaceholders(values.stack))
  const objects = resources.filter(({ type }) => type.startsWith('kubernetes:'))
  console.log(objects.map((object) => stringify(manifestOf(object))).join('---\n'))
})

/**
 * The stack's configuration, complete: what is encrypted or missing has an example in its place.
 *
 * @throws SettingsError when something is wrong that no example could mend
 */
function withPlaceholders(stack: string): StackConfig {
  const complete = readStackFile(stack)
  const { config, encrypted } = complete
  const fill = (key: string, reason: string) => {
    const name = key === 'context' ? 'kubernetes:context' : `${PROJECT}:${key}`
    const { type, example = '' } = describeSetting(key) ?? {}
    config[name] = type === 'string' ? String(example) : JSON.stringify(example)
    console.error(`${name} is ${reason}: a placeholder stands for it`)
    return name
  }
  for (const name of encrypted) fill(name.replace(`${PROJECT}:`, ''), 'encrypted')
  const { issues } = checkSettings(complete)
  if (issues.some(({ message }) => message !== MISSING)) throw new SettingsError(stack, issues)
  encrypted.push(...issues.map(({ key }) => fill(key, 'missing')))
  return complete
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
