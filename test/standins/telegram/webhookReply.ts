import type { Account } from './account.ts'
import { ApiError } from './errors.ts'
import { findMethod } from './methods/table.ts'
import { parseObject } from './payload.ts'

/**
 * Runs the call that a webhook's receiver may put into its answer; nobody hears its result.
 * @see https://core.telegram.org/bots/api#making-requests-when-getting-updates
 */
export async function runReply(account: Account, body: string): Promise<void> {
  if (!body.startsWith('{')) return
  try {
    const { method, ...payload } = parseObject(body)
    const [name, run] = findMethod(String(method))
    if (!run) return
    const call = account.calls.arrived(name, payload)
    await run(account, payload, () => {})
    account.calls.answered(call, 200)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
