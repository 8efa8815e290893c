import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const file = new URL('../../Pulumi.yaml', import.meta.url)
/** What Pulumi calls the project: the namespace of its keys. */
export const PROJECT: string = parse(readFileSync(file, 'utf8')).name

/**
 * Reads Pulumi.<stack>.yaml of the current folder, as Pulumi keeps values: text as it is, everything else as JSON.
 *
 * @returns the values in clear text, and the keys of the encrypted ones
 * @throws Error when there is no such file
 */
export function stackFile(stack: string): { config: Record<string, string>; encrypted: string[] } {
  const file = `Pulumi.${stack}.yaml`
  if (!existsSync(file)) throw new Error(`there is no ${file}: pulumi stack init ${stack}`)
  const entries = Object.entries<unknown>(parse(readFileSync(file, 'utf8'))?.config ?? {})
  return {
    config: Object.fromEntries(
      entries
        .filter(([, value]) => !isEncrypted(value))
        .map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
    encrypted: entries.filter(([, value]) => isEncrypted(value)).map(([key]) => key),
  }
}

/** As Pulumi counts it: one encrypted value in a list or an object makes a secret of the whole. */
function isEncrypted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return 'secure' in value || Object.values(value).some(isEncrypted)
}
