import { openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createTestLogger } from '../../support/testLogger.ts'

/** What a terminal, or a file, gets of one line. */
async function shown({ isTTY, colours = false }: { isTTY: boolean; colours?: boolean }): Promise<string> {
  const path = join(tmpdir(), `bitacora-stdout-${process.pid}-${performance.now()}`)
  onTestFinished(() => rmSync(path))
  const stream = { fd: openSync(path, 'w'), isTTY } as never
  const now = () => Date.UTC(2026, 0, 2, 3, 4, 5, 6)
  const { logger, close } = createTestLogger({ now, stdout: { stream, colours } })
  logger.warn('update handled', { chat_id: 7, feature: 'tv', error: new Error('e', { cause: 'c' }) })
  await close(1000)
  return readFileSync(path, 'utf8')
}

test('a pipe or a file gets the line as it is', async () => {
  expect(JSON.parse(await shown({ isTTY: false }))).toMatchObject({ message: 'update handled', seq: 1 })
})

test('a terminal gets text for people: time, level, message, fields, then the error and its causes', async () => {
  const text = await shown({ isTTY: true })
  expect(text).toMatch(/^03:04:05\.006 warn {4}update handled chat_id=7 feature=tv\nError: e\n {4}at /)
  expect(text).toContain('caused by string: c\n')
})

test('colours come only when they are wanted', async () => {
  const start = String.fromCharCode(27)
  expect(await shown({ isTTY: true })).not.toContain(start)
  expect(await shown({ isTTY: true, colours: true })).toContain(`${start}[33mwarn`)
})
