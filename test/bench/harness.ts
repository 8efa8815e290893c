import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { json } from 'node:stream/consumers'

/** What one run of one case measured, by name. */
export type Measures = Record<string, number>

/** A row of the table: a case and its measures, one entry a round. */
export interface Row {
  name: string
  rounds: Measures[]
}

/**
 * Runs every case in every round, one after the other: the machine drifts, so that only what ran in turn is compared.
 */
export async function runInTurn<Case extends { name: string }>(
  cases: readonly Case[],
  rounds: number,
  run: (each: Case) => Promise<Measures>,
): Promise<Row[]> {
  const rows: Row[] = cases.map(({ name }) => ({ name, rounds: [] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [index, each] of cases.entries()) {
      const measures = await run(each)
      process.stderr.write(`round ${round}/${rounds} ${each.name}: ${JSON.stringify(measures)}\n`)
      rows[index]?.rounds.push(measures)
    }
  }
  return rows
}

/**
 * Runs a script in a process of its own, its stdout read and thrown away, and returns the JSON that it writes to file
 * descriptor 3.
 *
 * @throws Error when it ends with another exit code than 0
 */
export async function measureChild(script: URL, args: string[]): Promise<Measures> {
  const child = spawn(process.execPath, [script.pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  })
  child.stdout?.resume()
  const result = json(child.stdio[3] as NodeJS.ReadableStream) as Promise<Measures>
  result.catch(() => {})
  const [code, signal] = await once(child, 'close')
  if (code !== 0) throw new Error(`${script.pathname} ${args.join(' ')} ended with ${code ?? signal}`)
  return result
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

/** The median of a measure over the rounds. */
export function medianOf(row: Row, measure: string): number {
  return median(row.rounds.map((round) => round[measure] ?? Number.NaN))
}

/** The median over the rounds of the ratio to another case in the same round. */
export function ratioTo(base: Row, row: Row, measure: string): number {
  return median(
    row.rounds.map((round, index) => (round[measure] ?? Number.NaN) / (base.rounds[index]?.[measure] ?? 1)),
  )
}
