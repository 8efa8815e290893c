import { styleText } from 'node:util'
import type { Check } from './checks.ts'

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
