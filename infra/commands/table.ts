import { styleText } from 'node:util'

/** One row of the table. `unknown` is what cannot be seen from here; it stops nothing. */
export interface Check {
  what: string
  state: 'ok' | 'red' | 'unknown'
  says: string
  /** The command that mends a red one. */
  remedy?: string
}

const MARKS = {
  ok: styleText('green', '✓'),
  red: styleText('red', '✗'),
  unknown: styleText('yellow', '?'),
}

/** Prints one row; below a red one, the command that mends it. */
export function printCheck({ what, state, says, remedy }: Check): void {
  console.log(`${MARKS[state]} ${what.padEnd(10)}  ${says}`)
  if (state === 'red' && remedy) console.log(`  ${' '.repeat(10)}  → ${remedy}`)
}
