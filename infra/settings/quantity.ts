const SCALES = {
  ...{ m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4, Pi: 1024 ** 5 },
}

/**
 * What an amount of memory or CPU is worth, as Kubernetes writes both: 64Mi, 1.5Gi, 1e9, 500m. In bytes or cores; NaN
 * when it is no quantity.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function amountOf(quantity: string): number {
  const [, amount, scale = ''] = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+|m|[kMGTP]|[KMGTP]i)?$/.exec(quantity) ?? []
  if (/^e/i.test(scale)) return Number(amount + scale)
  return Number(amount) * SCALES[scale as keyof typeof SCALES]
}

/** A number of bytes in whole Mi, rounded up. */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)}Mi`
}
