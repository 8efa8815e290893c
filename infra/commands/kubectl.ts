import { output } from './run.ts'

/** For one answer of the cluster: without it kubectl waits for minutes. */
const TIMEOUT = '10s'

/**
 * Asks a cluster and gives its answer, which is JSON.
 *
 * @throws Error with kubectl's own words, also when the cluster does not answer within 10 s
 */
export async function kubectl(context: string, args: string[]) {
  const limits = ['--context', context, '--request-timeout', TIMEOUT]
  return JSON.parse(await output('kubectl', [...limits, ...args, '--output', 'json']))
}
