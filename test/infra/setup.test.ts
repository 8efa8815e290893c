import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'

const INSTALLING = 'Installing what package-lock.json names (npm ci)'

/** A project of local packages, which npm installs without a registry, whose one script prints a word. */
function createProject() {
  const root = mkdtempSync(join(tmpdir(), 'setup-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (file: string, content: object) => writeFileSync(join(root, file), JSON.stringify(content))

  mkdirSync(join(root, 'infra/commands'), { recursive: true })
  cpSync('infra/commands/setup.js', join(root, 'infra/commands/setup.js'))
  writeFileSync(join(root, 'work.js'), 'console.log("worked", process.argv[2])')

  function depend(names: string[], more: object = {}): void {
    const dependencies = Object.fromEntries(names.map((name) => [name, `file:${name}`]))
    const project = { name: 'project', version: '1.0.0', type: 'module', dependencies }
    write('package.json', {
      ...project,
      scripts: { work: 'node --import ./infra/commands/setup.js work.js hard' },
    })
    for (const name of names) {
      mkdirSync(join(root, name), { recursive: true })
      write(`${name}/package.json`, { name, version: '1.0.0' })
    }
    const packages = names.flatMap((name) => [
      [name, { version: '1.0.0' }],
      [`node_modules/${name}`, { resolved: name, link: true }],
    ])
    write('package-lock.json', {
      ...project,
      lockfileVersion: 3,
      packages: { '': project, ...Object.fromEntries(packages), ...more },
    })
  }
  depend(['one'])

  /** On a registry that nobody answers for, with no second try, and with the Node.js that runs this test. */
  const env = {
    ...process.env,
    PATH: dirname(process.execPath) + delimiter + process.env.PATH,
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_fetch_retries: '0',
  }
  const work = () =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const child = execFile(
        'npm',
        ['run', '--silent', 'work'],
        { cwd: root, env },
        (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
      )
    })
  return { root, depend, work }
}

describe('what an npm script does first', () => {
  test('installs what is missing, then works', async () => {
    const { work } = createProject()
    const { code, output } = await work()
    expect(output).toContain(INSTALLING)
    expect(output).toContain('worked hard')
    expect(code).toBe(0)
  })

  test('installs nothing twice', async () => {
    const { work } = createProject()
    await work()
    expect(await work()).toEqual({ code: 0, output: 'worked hard\n' })
  })

  test('installs again when the lockfile has changed', async () => {
    const { work, depend } = createProject()
    await work()
    depend(['one', 'two'])
    expect((await work()).output).toContain(INSTALLING)
    expect(await work()).toEqual({ code: 0, output: 'worked hard\n' })
  })

  test('misses no optional package of another platform', async () => {
    const { work, depend } = createProject()
    await work()
    depend(['one'], { 'node_modules/two': { version: '1.0.0', optional: true } })
    expect(await work()).toEqual({ code: 0, output: 'worked hard\n' })
  })

  test('says that it needs the registry when npm fails', async () => {
    const { work, root } = createProject()
    writeFileSync(join(root, 'package-lock.json'), '{ "packages": { "node_modules/one": {} } }')
    const { code, output } = await work()
    expect(output).toContain('npm ci failed: see above. It needs the npm registry this once')
    expect(output).not.toContain('worked')
    expect(code).toBe(2)
  })
})
