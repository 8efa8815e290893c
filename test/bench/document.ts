import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'

const DOCUMENT = new URL('../../docs/benchmarks.md', import.meta.url)

const PREFACE = `# Benchmarks

Every section is written by the command that it names, with --write; ratios compare what ran in turn in one round.
`

/** A Markdown table; the first column is text, the others are numbers. */
export function markdownTable(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(header),
    line(header.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n')
}

/** Where and when a bench ran: its figures mean nothing without it. */
export function circumstances(command: string): string {
  const { model = 'unknown' } = cpus()[0] ?? {}
  const gigabytes = Math.round(totalmem() / 1024 ** 3)
  const load = loadavg()[0]?.toFixed(1)
  return [
    `\`${command}\`, ${new Date().toISOString().slice(0, 10)};`,
    `Node.js ${process.versions.node}, ${process.platform}, ${cpus().length} × ${model},`,
    `${gigabytes} GB; load average at the end ${load}.`,
  ].join(' ')
}

/** Replaces or adds one section of docs/benchmarks.md and leaves the others alone. */
export function writeSection(title: string, body: string): void {
  const text = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : PREFACE
  writeFileSync(DOCUMENT, withSection(text, title, body))
}

/** The document with this section, in place of one with the same title. */
export function withSection(document: string, title: string, body: string): string {
  const [preface = '', ...sections] = document.split(/^(?=## )/m)
  const section = `## ${title}\n\n${body.trim()}\n`
  const index = sections.findIndex((each) => each.startsWith(`## ${title}\n`))
  if (index === -1) sections.push(section)
  else sections[index] = section
  return [preface, ...sections]
    .map((part) => part.trim())
    .join('\n\n')
    .concat('\n')
}
