/** Prints a measured figure, for the documents. @returns it */
export function report(what: string, value: number, unit = ''): number {
  console.info(`measured: ${what}: ${Number(value.toFixed(1))} ${unit}`.trimEnd())
  return value
}
