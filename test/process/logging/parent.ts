import { type ChildProcess, fork } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type BootCount, countBoot, type LogLine, readLog } from '../../support/logFiles.ts'
import type { Plan, Report, Step } from './child.ts'

const CHILD = new URL('child.ts', import.meta.url)
/** "nobody": root may write everywhere, so what a directory refuses is shown by another user. */
const NOBODY = 65534

export interface Child {
  process: ChildProcess
  /** Asks for one more step. */
  ask(step: Step): void
  /** The next report that satisfies, or an earlier one. */
  report(satisfies: (report: Report) => boolean): Promise<Report>
  latest(): Report | undefined
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string | null>
}

/** A folder that the children may write to; removed after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bitacora-log-'))
  if (process.getuid?.() === 0) chownSync(folder, NOBODY, NOBODY)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** @param preload a module that the child imports first */
export function startChild(plan: Plan, preload?: URL): Child {
  const user = process.getuid?.() === 0 ? [String(NOBODY)] : []
  const child = fork(CHILD, [JSON.stringify(plan), ...user], {
    silent: true,
    execArgv: preload ? ['--import', preload.href] : [],
  })
  if (!plan.stdout) child.stdout?.resume()
  const reports: Report[] = []
  child.on('message', (report: Report) => reports.push(report))
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal))
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    process: child,
    ask: (step) => child.send(step),
    latest: () => reports.at(-1),
    report: (satisfies) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = reports.find(satisfies)
          if (found) resolve(found)
        }
        look()
        child.on('message', look)
        child.on('exit', () => reject(new Error('The child ended before it reported')))
      }),
    ended,
  }
}

/** Runs a plan to its end and counts what it left. */
export async function run(
  plan: Plan,
  preload?: URL,
): Promise<{ lines: LogLine[]; count: BootCount; torn: number }> {
  await startChild(plan, preload).ended
  const { lines, torn } = readLog(plan.dir)
  return { lines, torn, count: countBoot(lines) }
}
