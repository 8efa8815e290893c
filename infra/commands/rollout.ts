import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../settings/settings.ts'
import {
  hasFailed,
  isDone,
  lastContainerMessages,
  type RolloutStatus,
  readRolloutStatus,
} from './rolloutStatus.ts'
import { lastLine } from './run.ts'

/** A node that has to pull both images may take minutes. */
const TIMEOUT_MS = 180_000
const POLL_MS = 1_000
/**
 * A look alone is not believed: a container that crashes again and again is ready while it runs, and of a Secret that
 * it has not read yet a kubelet says for a second what it says of one that is missing.
 */
const STABLE_POLLS = 3

/**
 * Waits until the stack's Deployment has replaced its pods. The provider waits, too, but reads the status of the
 * replaced pods at times, and then takes a crashing update for done. A cluster that does not answer is asked again.
 *
 * @param report is given what the cluster says instead of an answer, once while it is the same
 * @throws Error with the last words of the pods that do not come up
 */
export async function waitForRollout(settings: Settings, report: (words: string) => void): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS
  let reported = ''
  let verdict: string | undefined
  let polls = 0
  for (;;) {
    const isLate = Date.now() > deadline
    const status = await readRolloutStatus(settings).catch((error: Error) => {
      if (isLate) throw error
      const words = lastLine(error)
      if (words !== reported) report(words)
      reported = words
      return undefined
    })
    if (status) reported = ''
    const before = verdict
    verdict = status && verdictOf(status)
    polls = verdict === before ? polls + 1 : 1
    const isStable = isLate || polls >= STABLE_POLLS
    if (isStable && verdict === 'done') return
    if (status && (isLate || (isStable && verdict === 'failed'))) throw new Error(stuck(settings, status))
    await sleep(POLL_MS)
  }
}

function verdictOf(status: RolloutStatus): 'done' | 'failed' | 'under way' {
  if (isDone(status)) return 'done'
  return hasFailed(status) ? 'failed' : 'under way'
}

function stuck({ context, namespace }: Settings, status: RolloutStatus): string {
  const names = status.pods.map(({ metadata }) => metadata.name).join(' ')
  const restart = `kubectl --context ${context} --namespace ${namespace} delete pod ${names}`
  return `The pod does not come up.\n${lastContainerMessages(status)}\nOnce the cause is mended elsewhere, this starts it at once: ${restart}`
}
