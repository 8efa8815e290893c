import { styleText } from 'node:util'

/** One row of the table. `unknown`: not verifiable from this machine; does not block the deployment. */
export interface Check {
  name: string
  status: 'ok' | 'fail' | 'unknown'
  detail: string
  /** The command that mends a failed one. */
  fix?: string
}

const MARKS = {
  ok: styleText('green', '✓'),
  fail: styleText('red', '✗'),
  unknown: styleText('yellow', '?'),
}

/** Prints one row; below a failed one, the command that mends it. */
export function printCheck({ name, status, detail, fix }: Check): void {
  console.log(`${MARKS[status]} ${name.padEnd(10)}  ${detail}`)
  if (status === 'fail' && fix) console.log(`  ${' '.repeat(10)}  → ${fix}`)
}
