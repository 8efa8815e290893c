const UNITS = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 }
const FORM = /^(\d+)([kMG]|[KMG]i)?$/

/** True for a size as Kubernetes writes it in whole units: 67108864, 64Mi, 1G. */
export function isSize(text: string): boolean {
  return FORM.test(text)
}

/**
 * The bytes of a size as Kubernetes writes it.
 *
 * @throws Error when it is not one
 */
export function bytesOf(size: string): number {
  const [, amount, unit = ''] = FORM.exec(size) ?? []
  if (amount === undefined) throw new Error(`not a size such as 64Mi: ${size}`)
  return Number(amount) * UNITS[unit as keyof typeof UNITS]
}

/** The cores of an amount of CPU as Kubernetes writes it, such as 500m or 1.5; NaN when it is not one. */
export function coresOf(cpu: string): number {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(cpu) ?? []
  return milli ? Number(amount) / 1000 : Number(amount)
}

/** A number of bytes in whole Mi, rounded up. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)}Mi`
}
