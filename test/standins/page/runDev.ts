import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { vi } from 'vitest'
import { WAIT_TIMEOUT_MS } from '../../support/feed.ts'
import type { Note } from './server.ts'

/** A line of the bot's, or a note. */
export type Entry = Partial<Note> & Record<string, unknown>

/** `npm run dev` as a process, over a copy of the bot that a test may edit. */
export interface Dev {
  readonly url: string
  readonly pid: number
  /** The copy's folder, and that of the lines. */
  readonly botDir: string
  readonly logDir: string
  /** Everything on the terminal so far. */
  output(): string
  /** The first thing of the log's side that matches, now or later: a parsed line or a note. */
  waitForEntry(matches: (entry: Entry) => boolean): Promise<Entry>
  /** Ctrl-C as a terminal and npm send it: to everybody in the foreground, and once more. @returns the exit code */
  interrupt(): Promise<number | null>
  [Symbol.asyncDispose](): Promise<void>
}

export async function runDev(...args: string[]): Promise<Dev> {
  const dir = mkdtempSync(join(tmpdir(), 'bitacora-dev-'))
  const [botDir, logDir] = [join(dir, 'bot'), join(dir, 'logs')]
  cpSync('bot', botDir, { recursive: true })
  cpSync('package.json', join(dir, 'package.json'))
  symlinkSync(resolve('node_modules'), join(dir, 'node_modules'))

  const child = spawn(process.execPath, ['test/standins/dev.ts', '--bot', botDir, ...args], {
    env: { ...process.env, LOG_DIR: logDir },
    detached: true, // a foreground of its own
  })
  const pid = child.pid ?? 0
  const exited = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk
    })
  }
  const url = await found(
    () => /http:\S+/.exec(output)?.[0],
    () => `no address: ${output}`,
  )
  const entries: Entry[] = []
  const closing = new AbortController()
  const reading = readEntries(url, closing.signal, (entry) => entries.push(entry))
  const interrupt = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-pid, 'SIGINT')
      process.kill(-pid, 'SIGINT')
    }
    await exited
    return child.exitCode
  }

  return {
    url,
    pid,
    botDir,
    logDir,
    output: () => output,
    waitForEntry: (matches) =>
      found(
        () => entries.find(matches),
        () => `no such entry among ${JSON.stringify(entries)}\n${output}`,
      ),
    interrupt,
    async [Symbol.asyncDispose]() {
      await interrupt()
      closing.abort()
      await reading
      rmSync(dir, { recursive: true })
    },
  }
}

function found<T>(find: () => T | undefined, missing: () => string): Promise<T> {
  return vi.waitFor(
    () => {
      const thing = find()
      if (thing === undefined) throw new Error(missing())
      return thing
    },
    { timeout: WAIT_TIMEOUT_MS, interval: 20 },
  )
}

/** Reads the stream that the page reads, until it ends. */
async function readEntries(url: string, signal: AbortSignal, onEntry: (entry: Entry) => void): Promise<void> {
  let text = ''
  try {
    const { body } = await fetch(`${url}/feed`, { signal })
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + chunk).split('\n\n')
      text = events.pop() ?? ''
      for (const [, name, data = ''] of events.map(
        (event) => /event: (\w+)\ndata: (.*)$/.exec(event) ?? [],
      )) {
        if (name !== 'everything' && name !== 'entries') continue
        const entries: (string | Entry)[] =
          name === 'entries' ? JSON.parse(data) : JSON.parse(data).log.entries
        for (const entry of entries) onEntry(typeof entry === 'string' ? JSON.parse(entry) : entry)
      }
    }
  } catch {
    // The page's server is gone, and the stream with it.
  }
}
