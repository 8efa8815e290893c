import Transport from 'winston-transport'

/** Where finished lines go. */
export interface Sink {
  /** Takes the line at once; never throws and never waits. */
  accept(line: string): void
  /** The sink as winston sees it: no record passes through, but its 'finish' says that every line is out. */
  transport: Transport
}

/** @param final called once, when the logger ends; it calls `done` when every line is out */
export function createTransport(final: (done: () => void) => void): Transport {
  const transport = new Transport({ log: (_info, next) => next() })
  transport._final = final
  return transport
}
