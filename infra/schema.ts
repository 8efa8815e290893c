import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** One key of Pulumi.yaml's `config` block, the only place that describes the settings. */
export interface Key {
  type: 'string' | 'boolean' | 'integer' | 'array' | 'object'
  description: string
  default: unknown
}

/** Pulumi.yaml cannot say it: for Pulumi a key that has to be encrypted has to be set, too. */
export const SECRETS: readonly string[] = [
  'telegramToken',
  'sumoEndpoint',
  'sumoInstallationToken',
  'sumoAccessId',
  'sumoAccessKey',
]

const file = new URL('../Pulumi.yaml', import.meta.url)

const { name, config } = parse(readFileSync(file, 'utf8'))

/** What Pulumi calls the project: the namespace of its keys. */
export const PROJECT: string = name

/** The project's keys, without those of a provider or of Pulumi itself. */
export const KEYS: Readonly<Record<string, Key>> = Object.fromEntries(
  Object.entries<Key>(config).filter(([key]) => !key.includes(':')),
)

const TYPES: Record<Key['type'], { fits: (value: unknown) => boolean; otherwise: string }> = {
  string: { fits: (value) => typeof value === 'string', otherwise: 'must be text' },
  boolean: { fits: (value) => typeof value === 'boolean', otherwise: 'must be true or false' },
  integer: { fits: Number.isInteger, otherwise: 'must be a whole number' },
  array: {
    fits: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
    otherwise: 'must be a list of texts',
  },
  object: {
    fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    otherwise: 'must be an object',
  },
}

/**
 * Reads one value as Pulumi keeps it: text as it is, everything else as JSON.
 *
 * @throws Error with the rule that the text breaks; it never holds the text
 */
export function parseValue({ type }: Key, text: string): unknown {
  const value = type === 'string' ? text : jsonOf(text)
  if (!TYPES[type].fits(value)) throw new Error(TYPES[type].otherwise)
  return value
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
