// npm run doctor [-- --stack prod]: what a deployment to the stack still needs
import { parseArgs } from 'node:util'
import { diagnose } from './checks.ts'
import { command } from './run.ts'
import { printCheck } from './table.ts'

const { values } = parseArgs({ options: { stack: { type: 'string', default: 'dev' } } })

await command(async () => {
  if (!(await diagnose(values.stack, printCheck))) process.exitCode = 1
})
