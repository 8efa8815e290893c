import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)

/** A copy of what says the settings, and of what repeats them. */
async function copyOfProject(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'docs-'))
  onTestFinished(() => rm(copy, { recursive: true }))
  for (const part of ['bot', 'docs', 'infra', 'package.json', 'Pulumi.yaml', 'README.md', '.env.example']) {
    await cp(part, join(copy, part), { recursive: true })
  }
  await symlink(resolve('node_modules'), join(copy, 'node_modules'))
  return copy
}

test.each([
  ['Pulumi.yaml', 'default: bitacora-tls', 'default: other-tls'],
  ['docs/deploy.md', '`bitacora-tls`', '`other-tls`'],
  ['README.md', '`data/logs`', '`logs`'],
  ['.env.example', '#PORT=8080', '#PORT=80'],
])(
  'npm run check notices that %s says something else than the settings, npm run docs mends it',
  async (file, said, other) => {
    const cwd = await copyOfProject()
    const path = join(cwd, file)
    const right = await readFile(path, 'utf8')
    expect(right).toContain(said)
    await writeFile(path, right.replace(said, other))
    const check = () => run(process.execPath, ['docs/tables.ts', '--check'], { cwd })
    await expect(check()).rejects.toThrow(`${file} does not say what the settings say: npm run docs`)
    await run(process.execPath, ['docs/tables.ts'], { cwd })
    expect(await readFile(path, 'utf8')).toBe(right)
    await check()
  },
)
