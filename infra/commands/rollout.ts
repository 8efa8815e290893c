import { setTimeout as sleep } from 'node:timers/promises'
import type { Settings } from '../settings/settings.ts'
import { isDone, isHopeless, lastWords, type RolloutStatus, readRolloutStatus } from './rolloutStatus.ts'
import { lastLine } from './run.ts'

/** A node that has to pull both images may take minutes. */
const PATIENCE_MS = 180_000
const POLL_MS = 1_000
/**
 * A look alone is not believed: a container that crashes again and again is ready while it runs, and of a Secret that
 * it has not read yet a kubelet says for a second what it says of one that is missing.
 */
const LOOKS = 3

/**
 * Waits until the stack's Deployment has replaced its pods. The provider waits, too, but reads the status of the
 * replaced pods at times, and then takes a crashing update for done. A cluster that does not answer is asked again.
 *
 * @param tell is given what the cluster says instead of an answer, once while it is the same
 * @throws Error with the last words of the pods that do not come up
 */
export async function waitForRollout(settings: Settings, tell: (words: string) => void): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  let told = ''
  let verdict: string | undefined
  let looks = 0
  for (;;) {
    const isLate = Date.now() > deadline
    const status = await readRolloutStatus(settings).catch((error: Error) => {
      if (isLate) throw error
      const words = lastLine(error)
      if (words !== told) tell(words)
      told = words
      return undefined
    })
    if (status) told = ''
    const before = verdict
    verdict = status && verdictOf(status)
    looks = verdict === before ? looks + 1 : 1
    const isSure = isLate || looks >= LOOKS
    if (isSure && verdict === 'done') return
    if (status && (isLate || (isSure && verdict === 'hopeless'))) throw new Error(stuck(settings, status))
    await sleep(POLL_MS)
  }
}

function verdictOf(status: RolloutStatus): 'done' | 'hopeless' | 'under way' {
  if (isDone(status)) return 'done'
  return isHopeless(status) ? 'hopeless' : 'under way'
}

function stuck({ context, namespace }: Settings, status: RolloutStatus): string {
  const names = status.pods.map(({ metadata }) => metadata.name).join(' ')
  const restart = `kubectl --context ${context} --namespace ${namespace} delete pod ${names}`
  return `The pod does not come up.\n${lastWords(status)}\nOnce the cause is mended elsewhere, this starts it at once: ${restart}`
}
