// npm run docs [-- --check]: writes what the settings say of themselves into the files that repeat it
import { readFileSync, writeFileSync } from 'node:fs'
import type { GenericSchema, OptionalSchema } from 'valibot'
import { getMetadata } from 'valibot'
import { isMap, type Pair, parseDocument, stringify } from 'yaml'
import { ENVIRONMENT } from '../bot/config.ts'
import { describeSetting, SETTINGS } from '../infra/settings/schema.ts'

interface Row {
  name: string
  default: string
  meaning: string
}

const settings = Object.keys(SETTINGS).map((key) => {
  const { type, default: fallback, meaning = '', secret, required } = describeSetting(key) ?? {}
  return { key, type, fallback, meaning, secret, required }
})

const settingRows = settings.map(({ key, fallback, meaning, secret, required }) => ({
  name: key === 'context' ? 'kubernetes:context' : key,
  default: [required ? 'required' : shown(fallback), secret ? 'secret' : ''].filter(Boolean).join(', '),
  meaning,
}))

const variables = Object.entries(ENVIRONMENT).map(([name, form]) => {
  const { wrapped, default: fallback } = form as unknown as OptionalSchema<GenericSchema, string>
  return { name, required: !wrapped, fallback, ...getMetadata(form) }
})

const variableRows = variables.map(({ name, required, fallback, meaning }) => ({
  name,
  default: required ? 'required' : shown(fallback),
  meaning,
}))

/** Read by `npm start` alone: what is commented out is the default. */
const ENV_EXAMPLE = `# Copy to .env: npm start reads it. Every variable is described in the README; an empty one is not set.
${variables.map(({ name, required, fallback = '' }) => `${required ? '' : '#'}${name}=${fallback}`).join('\n')}
`

/** A default as a person types it. */
function shown(value: unknown): string {
  if (value === undefined || Object.values(Object(value)).length + String(value).length === 0) return ''
  return `\`${typeof value === 'string' ? value : stringify(value, { collectionStyle: 'flow' }).trim()}\``
}

/** Replaces the table with this head, the first one of its kind. */
function withTable(document: string, head: string, rows: Row[]): string {
  const line = ({ name, default: fallback, meaning }: Row) =>
    `| \`${name}\` |${fallback && ` ${fallback}`} | ${meaning.replaceAll('|', '\\|').replace(/(?<!`)\S*<[^`]*>[^\s;,]*/g, '`$&`')} |\n`
  const table = `| ${head} | default | meaning |\n| --- | --- | --- |\n${rows.map(line).join('')}`
  const place = new RegExp(`^\\| ${head} \\|.*\\n(\\|.*\\n)*`, 'm')
  if (!place.test(document)) throw new Error(`there is no table of ${head}`)
  return document.replace(place, () => table)
}

/** Pulumi takes a key without a default for required, and says no more than its name: an empty one is not set. */
const EMPTY = { string: '', boolean: false, integer: 0, array: [], object: {} }

function pulumiYaml(text: string): string {
  const document = parseDocument(text)
  const config = document.get('config')
  if (!isMap(config)) throw new Error('Pulumi.yaml has no config')
  config.items = config.items.filter((pair: Pair) => String(pair.key).includes(':'))
  for (const { key, type = 'string', fallback = EMPTY[type], meaning, secret } of settings) {
    if (key === 'context') continue
    const items = type === 'array' ? { items: { type: 'string' } } : {}
    const description = secret ? `${meaning}; a secret` : meaning
    config.add(document.createPair(key, { type, ...items, default: fallback, description }))
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

const FILES: Record<string, (text: string) => string> = {
  'Pulumi.yaml': pulumiYaml,
  'README.md': (text) => withTable(text, 'variable', variableRows),
  '.env.example': () => ENV_EXAMPLE,
  'docs/deploy.md': (text) => withTable(text, 'key', settingRows),
}

for (const [file, write] of Object.entries(FILES)) {
  const before = readFileSync(file, 'utf8')
  const after = write(before)
  if (after === before) continue
  if (process.argv.includes('--check')) {
    console.error(`${file} does not say what the settings say: npm run docs`)
    process.exitCode = 1
  } else writeFileSync(file, after)
}
