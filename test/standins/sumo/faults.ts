/** Bends the answers to matching requests, `times` times or until clearFaults(); the earliest fault comes first. */
export interface Fault {
  /** A part of the path, e.g. 'register', 'heartbeat', 'logs'; default: every request. */
  path?: string
  times?: number
  /** This status, no answer at all, or a connection broken at once. */
  answer: number | 'hang' | 'down'
  /** Take the data in all the same: a lost answer is what makes a delivery come twice. */
  keep?: boolean
}

export function createFaults() {
  let faults: Fault[] = []
  return {
    add: (fault: Fault): void => void faults.push({ ...fault }),
    clear(): void {
      faults = []
    },
    /** The fault for a request to this path; it counts as one of its times. */
    take(path: string): Fault | undefined {
      const fault = faults.find((each) => path.includes(each.path ?? ''))
      if (fault?.times !== undefined && --fault.times === 0) faults = faults.filter((each) => each !== fault)
      return fault
    },
  }
}
