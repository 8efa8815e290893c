import type { Context, MiddlewareFn } from 'telegraf'
import type { Logger } from 'winston'
import { LEVEL_OF, type Outcome, outcomeOf } from './outcome.ts'
import { subjectOf, textOf } from './update.ts'

/** What became of an update, as the metrics count it. */
export interface UpdateRecord {
  kind: string
  outcome: Outcome
  seconds: number
}

/**
 * One log line per update, and the error boundary around its handlers.
 *
 * @param settings.logContent whether the texts of messages, which are personal data, are logged too
 * @param settings.onFailure called after the line; never rejects
 */
export function logUpdates(settings: {
  logger: Logger
  logContent: boolean
  onUpdate: (record: UpdateRecord) => void
  onFailure: (ctx: Context, error: unknown) => Promise<void>
}): MiddlewareFn<Context> {
  const { logger, logContent, onUpdate, onFailure } = settings
  return async (ctx, next) => {
    const { update, state } = ctx
    const started = performance.now()
    let outcome: Outcome = 'ok'
    let failure: { error: unknown } | undefined
    try {
      await next()
      if (!state.feature) outcome = 'ignored'
    } catch (error) {
      outcome = outcomeOf(error, update)
      if (outcome !== 'ignored') failure = { error }
    }
    const milliseconds = performance.now() - started
    const subject = subjectOf(update)
    logger[LEVEL_OF[outcome]](failure ? 'update failed' : 'update handled', {
      ...subject,
      feature: state.feature,
      duration_ms: Math.round(milliseconds * 10) / 10,
      outcome,
      migrated_to_chat_id: state.migrated_to_chat_id,
      ...failure,
      ...(logContent && { text: textOf(update) }),
    })
    onUpdate({ kind: subject.kind, outcome, seconds: milliseconds / 1000 })
    if (failure) await onFailure(ctx, failure.error)
  }
}
