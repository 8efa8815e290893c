/** Why the bot cannot go on: the process ends with this code, and the log says what to do. */
export class Fatal extends Error {
  override name = 'Fatal'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The exit codes that operators and alerts can tell apart. */
export const EXIT = {
  stopped: 0,
  crashed: 1,
  configuration: 2,
  tokenRefused: 3,
  anotherPoller: 4,
} as const
