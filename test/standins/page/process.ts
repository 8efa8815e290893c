import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { DRAIN_MS, LOG_CLOSE_MS } from '../../../bot/deadlines.ts'
import type { Note } from './server.ts'

/** A bot that keeps its own deadlines is gone well before; one that does not is killed. */
const KILL_AFTER_MS = DRAIN_MS + LOG_CLOSE_MS + 5000
/** Characters of what a process said that are kept. */
const LAST_WORDS = 4000

export interface BotProcess {
  start(): void
  /** Stops it where it runs, and starts it again; calls that come meanwhile are one. */
  restart(because: string): void
  /** Stops it for good. */
  stop(): Promise<void>
  /** At once and without a drain. */
  kill(): void
}

/** The real bot as a child process that is started anew on request, whether it runs or died. */
export function createBotProcess(options: {
  /** Path of its main.ts. */
  main: string
  env: NodeJS.ProcessEnv
  onNote: (note: Note) => void
}): BotProcess {
  let child: ChildProcess | undefined
  let work = Promise.resolve()
  let restarting = false
  let stopped = false

  const note = (state: Note['state'], text: string, detail?: string) =>
    options.onNote({ at: Date.now(), state, text, ...(detail ? { detail } : {}) })

  const start = (text: string) => {
    // A session of its own: Ctrl-C reaches everybody in the terminal's, and to the bot a second signal means "at once".
    const started = spawn(process.execPath, [options.main], {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: options.env,
      detached: process.platform !== 'win32',
    })
    child = started
    note('running', text)
    let said = ''
    started.stderr.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk)
      said = (said + chunk).slice(-LAST_WORDS)
    })
    started.on('error', (error) => note('exited', error.message))
    started.on('close', (code, signal) => {
      if (child === started) {
        child = undefined
        note(
          'exited',
          `The bot ended with ${signal ?? `code ${code}`} and waits for the next edit`,
          said.trim(),
        )
      }
    })
  }

  const end = async () => {
    const ending = child
    if (!ending) return
    child = undefined
    const timer = setTimeout(() => ending.kill('SIGKILL'), KILL_AFTER_MS)
    ending.kill('SIGTERM')
    await once(ending, 'close')
    clearTimeout(timer)
  }

  return {
    start: () => start('The bot started'),
    restart(because) {
      if (restarting || stopped) return
      restarting = true
      work = work.then(async () => {
        restarting = false
        note('stopping', because)
        await end()
        if (!stopped) start('The bot started again')
      })
    },
    async stop() {
      stopped = true
      await work
      await end()
    },
    kill: () => void child?.kill('SIGKILL'),
  }
}
