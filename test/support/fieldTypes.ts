import { readFileSync } from 'node:fs'

const README = new URL('../../README.md', import.meta.url)

/** What README's table says of each key, `error`'s own among them: one type in every line. */
export const FIELD_TYPES: ReadonlyMap<string, string> = new Map([
  ...typesInReadme(),
  ...['type', 'message', 'stack', 'code'].map(errorKey),
])

function errorKey(key: string): [string, string] {
  return [`error.${key}`, 'text']
}

function typesInReadme(): [string, string][] {
  const rows = readFileSync(README, 'utf8').matchAll(/^\| ((?:`\w+`(?:, )?)+) \| ([a-z, ]+) \|/gm)
  return [...rows].flatMap(([, names = '', types = '']) => {
    const [first = '', ...others] = types.split(', ')
    return names
      .split(', ')
      .map((name, index): [string, string] => [name.slice(1, -1), others[index - 1] ?? first])
  })
}

/**
 * A store that fixes the type of a column at its first value refuses the lines after it.
 *
 * @throws Error when a field of the line, or of its error, is not of the type that README names
 */
export function checkFieldTypes(line: Record<string, unknown>): void {
  check('', line)
  for (let error = line.error; error; error = (error as Record<string, unknown>).cause) {
    check('error.', error as Record<string, unknown>)
  }
}

function check(prefix: string, fields: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(fields)) {
    const type = typeof value === 'string' ? 'text' : typeof value
    const wanted = FIELD_TYPES.get(prefix + key)
    if (wanted && wanted !== type)
      throw new Error(`${prefix}${key} is ${type}, and ${wanted} in README: ${value}`)
  }
}
