import type * as v from 'valibot'
import { describeSetting } from './schema.ts'

/** What is wrong with one setting. */
export interface Issue {
  key: string
  /** Completes the sentence that begins with the key; it never holds a value. */
  message: string
  /** The place inside a list or an object, such as [0] or .limits.memory. */
  at: string
  /** What to set there; without it the setting has to go. */
  example: string | undefined
}

/** Every issue of a stack's settings at once. */
export class SettingsError extends Error {
  override name = 'SettingsError'

  constructor(stack: string, issues: Issue[]) {
    const lines = issues.map((issue) => `  ${formatIssue(issue)}\n    ${fixCommand(stack, issue)}`)
    super(`The settings of stack ${stack} are not usable:\n${lines.join('\n')}`)
  }
}

/** What valibot found, with the example that the setting has for the place. */
export function toIssue({ path, message, expected }: v.BaseIssue<unknown>): Issue {
  const [key = '', ...places] = (path ?? []).map((item) => item.key as string | number)
  const { example } = describeSetting(`${key}`) ?? {}
  // An example of a list has one item.
  const steps = places.map((place) => (typeof place === 'number' ? 0 : place))
  const found = steps.reduce<unknown>(
    (value, step) => (value as Record<typeof step, unknown>)?.[step],
    example,
  )
  const at = places
    .map((place) =>
      typeof place === 'number' ? `[${place}]` : /^\w+$/.test(place) ? `.${place}` : `["${place}"]`,
    )
    .join('')
  const issue = { key: `${key}`, message, at, example: undefined }
  // valibot expects never where there is nothing to be.
  if (expected === 'never' || found === undefined) return issue
  if (Array.isArray(found))
    return found.length === 0 ? issue : { ...issue, at: `${at}[0]`, example: `${found[0]}` }
  return typeof found === 'object' ? issue : { ...issue, example: `${found}` }
}

/** The setting, what is wrong with it and what it means. */
export function formatIssue({ key, at, message }: Issue): string {
  const { meaning } = describeSetting(key) ?? {}
  return `${nameOf(key)}${at} ${message}.${meaning ? ` ${meaning}.` : ''}`
}

/** The command that mends it. A secret's value is asked for, so that it stays out of the shell's history. */
export function fixCommand(stack: string, { key, at, example }: Issue): string {
  const place = at ? `--path '${key}${at}'` : nameOf(key)
  if (example === undefined) return `pulumi config rm --stack ${stack} ${place}`
  if (describeSetting(key)?.secret) return `pulumi config set --stack ${stack} --secret ${key}`
  return `pulumi config set --stack ${stack} ${place} '${example}'`
}

/** The one setting that is not the project's own, but that of Pulumi's provider. */
function nameOf(key: string): string {
  return key === 'context' ? 'kubernetes:context' : key
}
