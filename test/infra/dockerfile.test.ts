import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }

const [, ...start] = packageJson.scripts.start.split(' ')
const flags = start.slice(0, -1).filter((argument) => !argument.startsWith('--env-file'))
const dockerfile = readFileSync('Dockerfile', 'utf8')

test('the image starts the bot as npm start does', () => {
  const [, command = '[]'] = /^CMD (.*)$/m.exec(dockerfile) ?? []

  expect(JSON.parse(command)).toEqual([...flags, start.at(-1)])
})

test('the bot that fills the compile cache has the flags of the one that reads it', () => {
  const [, list = '[]'] = /spawn\('\/nodejs\/bin\/node', (\[.*?\])/.exec(dockerfile) ?? []

  expect(JSON.parse(list.replaceAll("'", '"'))).toEqual([...flags, start.at(-1)])
})

test('this Node.js knows the flags', async () => {
  const child = spawn(process.execPath, [
    ...flags,
    '--eval',
    'process.exit(typeof gc === "function" ? 0 : 1)',
  ])

  expect(await once(child, 'exit')).toEqual([0, null])
})
