import { readFileSync } from 'node:fs'

/** The section of a document under a heading, up to the next heading of the same or a higher level. */
export function section(file: string, heading: string): string {
  const text = readFileSync(file, 'utf8')
  const start = text.indexOf(`\n${heading}\n`)
  if (start < 0) throw new Error(`${file} has no section ${heading}`)
  const level = heading.indexOf(' ')
  const rest = text.slice(start + heading.length + 2)
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'))
  return end < 0 ? rest : rest.slice(0, end)
}

/** What stands in backquotes in the first column of a section's table. */
export function namesIn(file: string, heading: string): string[] {
  const rows = section(file, heading).matchAll(/^\| (`.+?`(?:, `.+?`)*) \|/gm)
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`(.+?)`/g)].map(([, name = '']) => name))
}

/** Every string of a JSON or YAML document that stands under one of the keys. */
export function valuesOf(document: unknown, keys: string[]): string[] {
  if (Array.isArray(document)) return document.flatMap((item) => valuesOf(item, keys))
  if (typeof document !== 'object' || document === null) return []
  return Object.entries(document).flatMap(([key, value]) =>
    keys.includes(key) && typeof value === 'string' ? [value] : valuesOf(value, keys),
  )
}
