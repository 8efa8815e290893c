// npm run up -- <stack> [options of pulumi up]: doctor, pulumi up, and the wait for the new pod
import { diagnose } from './checks.ts'
import { waitForRollout } from './rollout.ts'
import { lastContainerMessages, readRolloutStatus } from './rolloutStatus.ts'
import { command, show } from './run.ts'
import { printCheck } from './table.ts'

const [stack = 'dev', ...options] = process.argv.slice(2)

await command(async () => {
  const settings = await diagnose(stack, printCheck)
  if (!settings) throw new Error('Nothing was touched.')
  const code = await show('pulumi', ['up', '--stack', stack, ...options])
  if (code !== 0) {
    const words = await readRolloutStatus(settings).then(
      lastContainerMessages,
      (error: Error) => error.message,
    )
    throw new Error(`pulumi up ended with ${code}.\n${words}`)
  }
  console.log('Waiting for the new pod.')
  await waitForRollout(settings, console.error)
  console.log('The new pod is ready.')
})
