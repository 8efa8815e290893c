// The deadlines of a stop, in milliseconds: the bot keeps them and the pod's grace period is their sum.

/** After SIGTERM a webhook's server goes on accepting: a Service's endpoints lag behind the signal. */
export const WEBHOOK_ACCEPT_MS = 5_000
/** Then the handlers that are running may finish. */
export const DRAIN_MS = 10_000
/** Then polling tells Telegram which updates are done; all tries together. */
export const CONFIRM_MS = 3_000
/** Then the last lines reach the volume. */
export const LOG_CLOSE_MS = 2_000
