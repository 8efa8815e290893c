// npm run image [-- --stack dev] [--push <repository> | --load '<command>'] [--build-arg NAME=VALUE]…
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import bitacora from '../../package.json' with { type: 'json' }
import { command, output, show } from './run.ts'
import { PROJECT, readStackFile } from './stackConfig.ts'

const { values } = parseArgs({
  options: {
    stack: { type: 'string', default: 'dev' },
    push: { type: 'string' },
    load: { type: 'string' },
    'build-arg': { type: 'string', multiple: true, default: [] },
  },
})

await command(async () => {
  const { config } = readStackFile(values.stack)
  if (!values.push && config[`${PROJECT}:allowImageTags`] !== 'true') {
    throw new Error(`${values.stack} takes an image with a digest only: add --push <repository>`)
  }
  const buildArgs = [`VERSION=${bitacora.version}`, ...values['build-arg']]
  const image = await build(
    `${values.push ?? PROJECT}:${contentTag(buildArgs)}`,
    buildArgs,
    config['kubernetes:context'],
  )
  const setting = ['config', 'set', '--stack', values.stack, 'image', image]
  console.log(`pulumi ${setting.join(' ')}`)
  process.exitCode = await show('pulumi', setting)
})

/** Builds the image and brings it to where the cluster finds it; gives the name that the cluster knows. */
async function build(image: string, buildArgs: string[], context?: string): Promise<string> {
  const { push, load } = values
  if (!push && !load && context === 'minikube') {
    const options = buildArgs.flatMap((argument) => ['--build-opt', `build-arg=${argument}`])
    await must('minikube', ['image', 'build', '--tag', image, ...options, '.'])
    return image
  }
  const options = buildArgs.flatMap((argument) => ['--build-arg', argument])
  await must('docker', ['build', '--tag', image, ...options, '.'])
  if (load) await must('sh', ['-c', `${load} "$0"`, image])
  if (!push) return image
  await must('docker', ['push', image])
  const answer = await output('docker', ['image', 'inspect', '--format', '{{json .RepoDigests}}', image])
  const digests: string[] = JSON.parse(answer) ?? []
  const [, digest] =
    digests.map((name) => name.split('@')).find(([name = '']) => known(name) === known(push)) ?? []
  if (!digest)
    throw new Error(`docker knows no digest of ${push}, only these: ${digests.join(' ') || 'none'}`)
  return `${push}@${digest}`
}

/** docker may leave the name of its own registry out. */
function known(repository: string): string {
  return repository.replace(/^((index\.)?docker\.io\/)?(library\/)?/, '')
}

/** A tag that changes with what the image is made of, so that a changed bot rolls the pod and nothing else does. */
function contentTag(buildArgs: string[]): string {
  const files = globSync(['Dockerfile', 'package.json', 'package-lock.json', 'bot/**/*.*']).sort()
  const hash = createHash('sha256').update(buildArgs.join('\0'))
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 12)
}

async function must(program: string, args: string[]): Promise<void> {
  const code = await show(program, args)
  if (code !== 0) throw new Error(`${program} ${args[0]} ended with ${code}`)
}
