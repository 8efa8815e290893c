import { type FSWatcher, mkdirSync, watch } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A watcher says at once that something was written; looking every so often covers folders that cannot be watched. */
const LOOK_AGAIN_MS = 1000
const CHUNK_BYTES = 1024 * 1024
const NEWLINE = 10

interface Follower {
  offset: number
  /** The beginning of a line whose end is not written yet. */
  rest: Buffer
}

export interface Tail {
  stop(): Promise<void>
}

/**
 * Follows the lines that are written to the `*.log` files of a folder from now on, through rotation: files are told apart
 * by their inode, and the older one is read to its end before the newer one.
 *
 * @param onLines gets finished lines, in order, without their newline
 */
export async function followLogs(dir: string, onLines: (lines: string[]) => void): Promise<Tail> {
  const followers = new Map<number, Follower>()
  let looking = Promise.resolve()
  let waiting = false
  let watcher: FSWatcher | undefined

  const files = async () => {
    const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.log'))
    const found = await Promise.all(
      names.map(async (name) => {
        const path = join(dir, name)
        const about = await stat(path).catch(() => undefined)
        return about?.isFile() ? [{ path, ino: about.ino, size: about.size, mtimeMs: about.mtimeMs }] : []
      }),
    )
    return found.flat().sort((a, b) => a.mtimeMs - b.mtimeMs)
  }

  const look = async () => {
    const present = await files()
    for (const ino of followers.keys()) {
      if (!present.some((file) => file.ino === ino)) followers.delete(ino)
    }
    for (const { path, ino, size } of present) {
      let follower = followers.get(ino)
      if (!follower || size < follower.offset) {
        follower = { offset: 0, rest: Buffer.alloc(0) }
        followers.set(ino, follower)
      }
      // A file that was deleted between the look and the read is gone; the next look forgets it.
      if (size > follower.offset) await read(path, follower, onLines).catch(() => undefined)
    }
  }

  const lookSoon = () => {
    if (waiting) return
    waiting = true
    looking = looking.then(() => {
      waiting = false
      return look()
    })
  }

  mkdirSync(dir, { recursive: true })
  for (const { ino, size } of await files()) followers.set(ino, { offset: size, rest: Buffer.alloc(0) })
  watcher = watch(dir, lookSoon).on('error', () => watcher?.close())
  const timer = setInterval(lookSoon, LOOK_AGAIN_MS)

  return {
    async stop() {
      clearInterval(timer)
      watcher?.close()
      await looking
    },
  }
}

async function read(path: string, follower: Follower, onLines: (lines: string[]) => void): Promise<void> {
  const file = await open(path)
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, follower.offset)
      if (bytesRead === 0) return
      follower.offset += bytesRead
      const bytes = Buffer.concat([follower.rest, chunk.subarray(0, bytesRead)])
      const end = bytes.lastIndexOf(NEWLINE)
      follower.rest = bytes.subarray(end + 1)
      if (end >= 0) onLines(bytes.toString('utf8', 0, end).split('\n'))
    }
  } finally {
    await file.close()
  }
}
