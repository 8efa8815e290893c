// npm run doctor [-- prod]: what a deployment to the stack still needs
import { parseArgs } from 'node:util'
import { diagnose } from './checks.ts'
import { command } from './run.ts'
import { printCheck } from './table.ts'

const { values, positionals } = parseArgs({
  options: { stack: { type: 'string', default: 'dev' } },
  allowPositionals: true,
})

await command(async () => {
  if (!(await diagnose(positionals[0] ?? values.stack, printCheck))) process.exitCode = 1
})
