import { readFileSync } from 'node:fs'

interface Process {
  pid?: number | undefined
}

/** What Linux says of a process's memory, in MB: what a pod is charged for is the anonymous part. */
export function memory({ pid }: Process): { rss_mb: number; anonymous_mb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { rss_mb: megabytes('VmRSS'), anonymous_mb: megabytes('RssAnon') }
}

/** User and system time of all threads; Linux counts it in hundredths. */
export function cpuSeconds({ pid }: Process): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
