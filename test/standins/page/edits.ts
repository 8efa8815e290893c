import { watch } from 'node:fs'
import { relative, resolve } from 'node:path'

/** An editor saves in several steps. */
const SETTLED_MS = 100

/**
 * Tells which source file under a folder was edited, once for each burst of changes.
 * @returns stops watching
 */
export function watchEdits(dir: string, onEdit: (file: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(dir, { recursive: true }, (_, file) => {
    if (!file || !/\.(ts|js|json)$/.test(file)) return
    clearTimeout(timer)
    timer = setTimeout(() => onEdit(relative('.', resolve(dir, file))), SETTLED_MS)
  })
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
