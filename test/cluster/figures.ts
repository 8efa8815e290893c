import { availableParallelism, loadavg } from 'node:os'

/** Prints a measured figure, for the documents. @returns it */
export function report(what: string, value: number, unit = ''): number {
  console.info(`measured: ${what}: ${Number(value.toFixed(1))} ${unit}`.trimEnd())
  return value
}

/** What so many seconds become on a machine that is this busy: those whose processors wait for work are the measure. */
export function secondsOn(idle: number): number {
  const [load = 0] = loadavg()
  return idle * Math.max(1, load / availableParallelism())
}
