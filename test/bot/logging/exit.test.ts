import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLogging } from '../../../bot/logging/createLogging.ts'
import { newFolder } from '../../process/logging/parent.ts'
import { readLog } from '../../support/logFiles.ts'

test('a process that exits opens no further file and deletes none, though its last batch fills the current one', async () => {
  const dir = newFolder()
  const identity = { service: 'bitacora', version: '1', instance: 'test', boot: 'a' }
  const { logger } = createLogging({
    level: 'info',
    identity,
    secret: '',
    files: { dir, maxFileSize: 256 * 1024, maxFiles: 2 },
  })
  const onExit = process.listeners('exit').at(-1)
  const [file = ''] = readdirSync(dir).filter((name) => name.endsWith('.log'))
  const size = () => statSync(join(dir, file)).size
  while (size() < 200 * 1024) {
    logger.info('filling', { padding: 'x'.repeat(1000) })
    await nextTick()
  }
  logger.info('last line', { padding: 'x'.repeat(16_000) })
  onExit?.(0)
  const { files, lines } = readLog(dir)
  expect(size()).toBeGreaterThan(208 * 1024)
  expect(files).toHaveLength(1)
  expect(lines.at(-1)?.message).toBe('last line')
})
