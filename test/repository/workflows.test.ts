import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'

const WORKFLOWS = globSync('.github/workflows/*.yml').sort()
const folders = (process.env.PATH ?? '').split(delimiter)

/** Skips with a word where the tool is not there. @returns exit code and output */
function withTool(tool: string, title: string, args: string[]) {
  const isHere = folders.some((folder) => existsSync(join(folder, tool)))
  test.skipIf(!isHere)(isHere ? title : `${title} (no ${tool} here)`, async () => {
    const result = await new Promise<{ code: number | null; output: string }>((resolve) => {
      const child = execFile(tool, args, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, output: stdout + stderr }),
      )
    })
    expect(result.output).not.toMatch(/error/i)
    expect(result.code).toBe(0)
  })
}

withTool('actionlint', 'the workflows satisfy actionlint', ['-no-color', ...WORKFLOWS])
withTool('check-jsonschema', 'the workflows satisfy their schema', [
  '--builtin-schema',
  'vendor.github-workflows',
  ...WORKFLOWS,
])
withTool('check-jsonschema', '.gitlab-ci.yml satisfies its schema', [
  '--builtin-schema',
  'vendor.gitlab-ci',
  '.gitlab-ci.yml',
])
withTool('check-jsonschema', 'renovate.json satisfies its schema', [
  '--builtin-schema',
  'vendor.renovate',
  '.github/renovate.json',
])

test('actions are pinned by commit, with the version beside it', () => {
  const uses = WORKFLOWS.flatMap((file) => readFileSync(file, 'utf8').match(/uses: .+/g) ?? [])
  expect(uses.length).toBeGreaterThan(5)
  for (const line of uses) expect(line).toMatch(/^uses: (\.\/|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/)
})

test('both pipelines run the same npm commands', () => {
  const commands = (files: string[]) => {
    const text = files.map((file) => readFileSync(file, 'utf8')).join('\n')
    return [...new Set(text.match(/npm (run [\w:-]+|test|audit).*?(?=$|[;&|])/gm))].sort()
  }
  expect(commands(['.gitlab-ci.yml'])).toEqual(commands(WORKFLOWS))
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const command of commands(WORKFLOWS)) {
    const [, script = command.split(' ')[1]] = /^npm run (\S+)/.exec(command) ?? []
    expect([...Object.keys(scripts), 'audit']).toContain(script)
  }
})
