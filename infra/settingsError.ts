import { KEYS, SECRETS } from './schema.ts'

/** What is wrong with one key, and what to type in its place. */
export interface Problem {
  key: string
  what: string
  /** No value: the key has to go. */
  value?: string | undefined
  /** The place inside a list or an object, such as [0] or .limits.memory. */
  at?: string | undefined
}

/** Every problem of a stack's settings at once; a secret's value is in none of them. */
export class SettingsError extends Error {
  override name = 'SettingsError'

  constructor(stack: string, problems: Problem[]) {
    const lines = problems.map((problem) => `  ${sentence(problem)}\n    ${remedy(stack, problem)}`)
    super(`The settings of stack ${stack} are not usable:\n${lines.join('\n')}`)
  }
}

/** The key, what is wrong with it and what it means. */
export function sentence({ key, what }: Problem): string {
  const meaning =
    key === 'kubernetes:context' ? "The cluster's name in kubectl's configuration" : KEYS[key]?.description
  return `${key} ${what}.${meaning ? ` ${meaning}.` : ''}`
}

/** The command that mends it. A secret's value is asked for, so that it stays out of the shell's history. */
export function remedy(stack: string, { key, value, at }: Problem): string {
  if (value === undefined) return `pulumi config rm --stack ${stack} ${key}`
  if (SECRETS.includes(key)) return `pulumi config set --stack ${stack} --secret ${key}`
  const place = at ? `--path '${key}${at}'` : key
  return `pulumi config set --stack ${stack} ${place} '${value}'`
}
