import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeSetting } from '../../infra/settings/schema.ts'

const DOCUMENTS = globSync(['README.md', 'docs/*.md', 'test/standins/README.md']).sort()
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
const STACKS = globSync('Pulumi.*.yaml').map((file) => file.split('.')[1])

const read = (file: string) => readFileSync(file, 'utf8')

/** The lines of the shell blocks, without their comments. */
function commandsOf(file: string): string[] {
  const blocks = [...read(file).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
  return blocks
    .join('')
    .split('\n')
    .map((line) =>
      line
        .replace(/(^|\s+)#.*/, '')
        .replace(/^([A-Z_]+=\S+ )+/, '')
        .trim(),
    )
    .filter((line) => line !== '')
}

/** GitHub's name for a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}

const anchorsOf = (file: string) =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => anchorOf(text))

test.each(DOCUMENTS)('%s: every link into the repository leads somewhere', (file) => {
  const links = [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
  for (const [link, path = '', anchor] of links) {
    const target = path === '' ? file : join(dirname(file), path)
    expect(existsSync(target), link).toBe(true)
    if (anchor) expect(anchorsOf(target), link).toContain(anchor)
  }
})

test.each(DOCUMENTS)('%s: every npm script that it names exists', (file) => {
  const named = [...read(file).matchAll(/npm run (?:-s )?([\w:]*\w)/g)].map(([, name]) => name)
  expect(named.filter((name) => name && !(name in scripts))).toEqual([])
})

describe('the commands of the shell blocks', () => {
  const commands = DOCUMENTS.flatMap((file) => commandsOf(file).map((command) => ({ file, command })))

  test.each(commands)('$file: $command', ({ command }) => {
    const stack = /--stack (\S+)|stack init (\S+)|npm run (?:up|doctor) -- (\S+)/.exec(command)
    const name = stack?.slice(1).find(Boolean)
    if (name) expect(STACKS).toContain(name)

    const set = /^pulumi config set (.+)$/.exec(command)?.[1]
    if (set !== undefined) {
      const words = set
        .split(' ')
        .filter((word, i, all) => !word.startsWith('--') && all[i - 1] !== '--stack')
      const key = words[0]?.replace('kubernetes:', '') ?? ''
      const setting = describeSetting(key)
      expect(setting, key).toBeDefined()
      expect(/--secret/.test(set), `${key} is a secret, or none`).toBe(setting?.secret === true)
      expect(words.length, 'a secret is asked for, never on the command line').toBe(setting?.secret ? 1 : 2)
      return
    }
    const removed = /^pulumi config rm (\w+)/.exec(command)?.[1]
    if (removed !== undefined) return void expect(describeSetting(removed), removed).toBeDefined()

    const script = /^node (\S+)/.exec(command)?.[1]
    if (script !== undefined) return void expect(existsSync(script)).toBe(true)
    if (command.startsWith('<')) return // a placeholder of the reader's own
    // The others run elsewhere: npm's are this project's own, the cluster tier runs Pulumi, Minikube and Docker.
    expect(command).toMatch(
      /^(npm (run [\w:]+|test|start|version)|pulumi (login|stack) |export \w+=|minikube |kubectl |docker |git )/,
    )
  })
})
