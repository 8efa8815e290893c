/** Where updates come from: polling or a webhook. */
export interface Source {
  /**
   * Hands updates to the receiver until the signal is aborted.
   *
   * @throws Fatal when that cannot go on
   */
  run(signal: AbortSignal): Promise<void>
  /** After the drain: tells Telegram what need not be sent again. Never rejects. */
  confirm(): Promise<void>
}
