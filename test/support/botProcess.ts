import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { WAIT_TIMEOUT_MS } from './feed.ts'
import { checkFieldTypes } from './fieldTypes.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const POLL_MS = 50

export interface LogLine {
  message: string
  level: string
  boot: string
  seq: number
  [field: string]: unknown
}

export interface BotProcess {
  child: ChildProcess
  logDir: string
  /** Standard output and error so far. */
  readonly output: string
  /** The lines of LOG_DIR in the order of their files. */
  lines(): LogLine[]
  waitForLine(matches: (line: LogLine) => boolean): Promise<LogLine>
  /** Where /livez, /readyz and /metrics are; once the bot has started. */
  healthUrl(): Promise<string>
  waitUntilReady(): Promise<void>
  /** Sends the signal (SIGTERM) and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** The exit code; null after a signal that killed it. */
  exit: Promise<number | null>
}

/**
 * Runs bot/main.ts as a process of its own, in a log directory of its own; the test's end ends it, and fails when the
 * token is in what it said or wrote.
 *
 * @param options.root the folder that holds bot/; the project's own by default
 * @param options.onTestFinished that of the test's context, which a concurrent test must hand over
 */
export function startBotProcess(
  env: Record<string, string>,
  options: { nodeArgs?: string[]; root?: string; onTestFinished?: typeof onTestFinished } = {},
): BotProcess {
  const logDir = env.LOG_DIR ?? mkdtempSync(join(tmpdir(), 'bitacora-'))
  const child = spawn(
    process.execPath,
    [...(options.nodeArgs ?? []), join(options.root ?? ROOT, 'bot/main.ts')],
    {
      env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'debug', LOG_DIR: logDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exit = once(child, 'close').then(([code]) => code as number | null)
  const atEnd = options.onTestFinished ?? onTestFinished
  atEnd(async () => {
    child.kill('SIGKILL')
    await exit
    const written = logFiles().map((file) => readFileSync(file, 'utf8'))
    if (env.LOG_DIR === undefined) rmSync(logDir, { recursive: true, force: true })
    const secret = env.TELEGRAM_TOKEN?.split(':')[1]
    if (secret && [output, ...written].some((text) => text.includes(secret)))
      throw new Error('the token is in the output or in the log')
  })

  function logFiles(): string[] {
    return globSync(join(logDir, '*.log')).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  }

  /** What follows the last line break of a file is empty, or still being written. */
  function lines(): LogLine[] {
    return logFiles()
      .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1))
      .map((line) => {
        const fields = JSON.parse(line) as LogLine
        checkFieldTypes(fields)
        return fields
      })
  }

  async function waitForLine(matches: (line: LogLine) => boolean): Promise<LogLine> {
    const end = Date.now() + WAIT_TIMEOUT_MS
    for (;;) {
      const found = lines().find(matches)
      if (found) return found
      if (Date.now() > end || child.exitCode !== null)
        throw new Error(`no such line; the bot said:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  async function healthUrl(): Promise<string> {
    const { port } = await waitForLine((line) => line.message === 'listening')
    return `http://127.0.0.1:${port}`
  }

  async function waitUntilReady(): Promise<void> {
    const url = `${await healthUrl()}/readyz`
    const end = Date.now() + WAIT_TIMEOUT_MS
    while (!(await fetch(url)).ok) {
      if (Date.now() > end) throw new Error(`never ready; the bot said:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  return {
    child,
    logDir,
    get output() {
      return output
    },
    lines,
    waitForLine,
    healthUrl,
    waitUntilReady,
    exit,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exit
    },
  }
}
