import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { startTelegram } from '../standins/telegram/server.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

/** A folder of its own, with these files in it. */
async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'commands-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

/** Runs a command of infra/commands in a folder whose shell scripts are all that is on PATH beside the system's. */
async function run(
  command: string,
  args: string[],
  files: Record<string, string>,
  commands = 'infra/commands',
) {
  const cwd = await folderWith(files)
  for (const name of Object.keys(files)) await chmod(join(cwd, name), 0o755)
  const child = spawn(process.execPath, [resolve(commands, `${command}.ts`), ...args], {
    cwd,
    env: { PATH: `${cwd}:/bin`, FOLDER: cwd, HOME: cwd },
  })
  const code = new Promise<number | null>((done) => child.on('close', done))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, out, err, cwd }
}

describe('npm run manifests', () => {
  test('prints the objects of a stack with neither cluster nor CLI; secrets are masked, gaps are named', async () => {
    const { code, out, err } = await run('manifests', ['--stack', 'live'], {
      'Pulumi.live.yaml': `config:
  kubernetes:context: live
  bitacora:collectorImage: r.example.org/collector@${DIGEST}
  bitacora:telegramToken: { secure: "v1:of-the-token" }
  bitacora:sumoInstallationToken: { secure: "v1:of-the-other" }
`,
    })
    expect(code, err).toBe(0)
    const objects = parseAllDocuments(out).map((document) => document.toJS())
    expect(objects.map(({ kind }) => kind).sort()).toEqual(
      [
        ...['ConfigMap', 'ConfigMap', 'ConfigMap', 'Deployment', 'Namespace', 'NetworkPolicy'],
        ...['Secret', 'Secret', 'ServiceAccount'],
      ].sort(),
    )
    expect(objects.flatMap(({ stringData }) => stringData ?? [])).toEqual([
      { TELEGRAM_TOKEN: '<secret>' },
      { SUMOLOGIC_INSTALLATION_TOKEN: '<secret>' },
    ])
    expect(out + err).not.toContain('v1:of')
    expect(err.trim().split('\n')).toEqual([
      'bitacora:telegramToken is encrypted: a placeholder stands for it',
      'bitacora:sumoInstallationToken is encrypted: a placeholder stands for it',
      'bitacora:image is missing: a placeholder stands for it',
    ])
  })

  test('takes the project from Pulumi.yaml, and an encrypted part of an object for encrypted', async () => {
    const copy = await folderWith({
      'package.json': '{ "name": "another", "version": "1.0.0", "type": "module" }',
    })
    for (const part of ['infra', 'bot', 'Pulumi.yaml']) {
      await cp(part, join(copy, part), { recursive: true })
    }
    await symlink(resolve('node_modules'), join(copy, 'node_modules'))
    const { code, out, err } = await run(
      'manifests',
      ['--stack', 'live'],
      {
        'Pulumi.live.yaml': `config:
  bitacora:collector: console
  bitacora:ingressAnnotations: { example.org/key: { secure: "v1:of-the-key" } }
`,
      },
      join(copy, 'infra/commands'),
    )
    expect(code, err).toBe(0)
    expect(out).toContain('namespace: bitacora-live')
    expect(out + err).not.toContain('v1:of')
    expect(err).toContain('bitacora:ingressAnnotations is encrypted')
  })

  test('refuses what no placeholder can mend', async () => {
    const { code, err } = await run('manifests', ['--stack', 'live'], {
      'Pulumi.live.yaml': 'config:\n  bitacora:logLevel: loud\n',
    })
    expect(code).toBe(1)
    expect(err).toContain("pulumi config set --stack live logLevel 'info'")
  })
})

/** A node whose list has images that have lost their names, too. */
const WITH_IMAGE = { status: { images: [{ names: null }, { names: ['docker.io/library/bitacora:1'] }] } }

/** The programs that a deployment to a stack calls; the cluster answers with these objects. */
async function programs(about: {
  token?: string
  apiRoot: string
  minor?: string
  items?: object[]
  /** The nodes, with their lists of images. */
  nodes?: object[]
  up?: number
  settings?: Record<string, string>
}) {
  const values = {
    'kubernetes:context': 'minikube',
    'bitacora:image': 'bitacora:1',
    'bitacora:allowImageTags': 'true',
    'bitacora:collector': 'console',
    'bitacora:telegramApiRoot': about.apiRoot,
    ...about.settings,
    ...(about.token && { 'bitacora:telegramToken': about.token }),
  }
  const config = Object.entries(values).map(([key, value]) => [key, { value, secret: key.endsWith('Token') }])
  const version = {
    serverVersion: { major: '1', minor: about.minor ?? '34', gitVersion: `v1.${about.minor ?? '34'}.0` },
  }
  const say = (answers: Record<string, string>) =>
    `#!/bin/sh\ncase "$*" in\n${Object.entries(answers)
      .map(([words, answer]) => `*"${words}"*) ${answer} ;;`)
      .join('\n')}\nesac\n`
  return {
    'config.json': JSON.stringify(Object.fromEntries(config)),
    'version.json': JSON.stringify(version),
    'nodes.json': JSON.stringify({ items: about.nodes ?? [WITH_IMAGE] }),
    'items.json': JSON.stringify({ items: about.items ?? [] }),
    pulumi: say({
      version: 'echo v3.270.0',
      'config --stack dev': 'cat "$FOLDER/config.json"',
      'up --stack dev': `echo applied; exit ${about.up ?? 0}`,
    }),
    kubectl: say({
      '--request-timeout 10s version': 'cat "$FOLDER/version.json"',
      '--request-timeout 10s get nodes': 'cat "$FOLDER/nodes.json"',
      '--request-timeout 10s --namespace bitacora-dev get deployments,replicasets,pods':
        'cat "$FOLDER/items.json"',
    }),
  }
}

async function telegram() {
  const server = await startTelegram()
  onTestFinished(() => server.close())
  return { apiRoot: server.url, newToken: () => server.newToken(), server }
}

describe('npm run doctor', () => {
  test('is content when everything is there, and never shows the token', async () => {
    const { apiRoot, newToken, server } = await telegram()
    const token = newToken()
    const { username } = server.bot(token)
    const { code, out, err } = await run('doctor', [], await programs({ apiRoot, token }))
    expect(code, out + err).toBe(0)
    expect(out.match(/✓/g)).toHaveLength(5)
    expect(out).toContain(`it is @${username}'s`)
    expect(out + err).not.toContain(token)
  })

  test('gives each red row the command that mends it', async () => {
    const { apiRoot, newToken, server } = await telegram()
    const token = newToken()
    server.bot(token).fault({ method: 'getMe', status: 401, description: 'Unauthorized' })
    const { code, out, err } = await run('doctor', [], await programs({ apiRoot, token, minor: '28' }))
    expect(code).toBe(1)
    expect(out).toMatch(/✗ cluster .*v1\.28\.0 is not 1\.29 or newer\n\s+→ minikube start/)
    expect(out).toMatch(/✗ token .*Unauthorized\n\s+→ pulumi config set --stack dev --secret telegramToken/)
    expect(out + err).not.toContain(token)
  })

  test('asks no cluster for the image that cannot be reached', async () => {
    const { apiRoot, newToken } = await telegram()
    const kubectl = '#!/bin/sh\necho connection refused >&2\nexit 1\n'
    const files = { ...(await programs({ apiRoot, token: newToken() })), kubectl }
    const { code, out } = await run('doctor', [], files)
    expect(code).toBe(1)
    expect(out).toContain('connection refused')
    expect(out).toMatch(/✓ token/)
    expect(out).not.toMatch(/. image /)
  })

  test('leaves open whether an image comes that no node has, and says how to load it', async () => {
    const { apiRoot, newToken } = await telegram()
    const { code, out } = await run('doctor', [], await programs({ apiRoot, token: newToken(), nodes: [] }))
    expect(code).toBe(0)
    expect(out).toMatch(
      /\? image .*bitacora:1 is not in the nodes' lists.* npm run image -- --stack dev loads it/,
    )
  })

  test('asks a Bot API server with http without the proxy, as the bot does', async () => {
    const { apiRoot, newToken } = await telegram()
    const settings = { 'bitacora:proxy': 'http://127.0.0.1:9' }
    const { out } = await run('doctor', [], await programs({ apiRoot, token: newToken(), settings }))
    expect(out).toMatch(/✓ token/)
  })

  test('names a proxy that lets nothing through, and its answer', async () => {
    const proxy = createServer().on('connect', (_request, socket) => socket.end('HTTP/1.1 407 No\r\n\r\n'))
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    onTestFinished(() => void proxy.close())
    const host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const { newToken } = await telegram()
    const about = { apiRoot: 'https://nowhere.invalid', token: newToken() }
    const files = await programs({ ...about, settings: { 'bitacora:proxy': `http://${host}` } })
    const { out } = await run('doctor', [], files)
    expect(out).toMatch(new RegExp(`\\? token .*cannot be asked from here: the proxy ${host} answered 407`))
  })

  test('is not stopped by a Telegram that only the pod can reach, and does not show its address', async () => {
    const gone = await startTelegram()
    const token = gone.newToken()
    await gone.close()
    const { code, out, err } = await run('doctor', [], await programs({ apiRoot: gone.url, token }))
    expect(code, out + err).toBe(0)
    expect(out).toMatch(/\? token .*cannot be asked from here: .*\(ECONNREFUSED\)/)
    expect(out + err).not.toContain(token)
  })

  test('tells each setting that is missing', async () => {
    const { code, out } = await run('doctor', [], await programs({ apiRoot: 'http://127.0.0.1:9' }))
    expect(code).toBe(1)
    expect(out).toMatch(
      /✗ settings .*telegramToken is missing.*\n\s+→ pulumi config set --stack dev --secret telegramToken/,
    )
  })

  test('looks at the cluster, the image and the token beside a setting that is wrong', async () => {
    const { apiRoot, newToken } = await telegram()
    const about = { apiRoot, token: newToken(), settings: { 'bitacora:logLevel': 'loud' } }
    const { code, out } = await run('doctor', [], await programs(about))
    expect(code).toBe(1)
    expect(out.match(/✗/g)).toHaveLength(1)
    expect(out).toMatch(/✗ settings .*logLevel must be/)
    for (const row of ['cluster', 'image', 'token']) expect(out).toMatch(new RegExp(`✓ ${row}`))
  })

  test.for([
    ["error: no stack named 'dev' found", /→ pulumi stack init dev/],
    ['error: PULUMI_ACCESS_TOKEN must be set for login', /→ pulumi login --local/],
    ['error: incorrect passphrase', /incorrect passphrase\n$/],
  ] as const)('passes on what Pulumi says: %s', async ([words, expected]) => {
    const { apiRoot } = await telegram()
    const pulumi = `#!/bin/sh\n[ "$1" = version ] && echo v3.270.0 && exit\necho "${words}" >&2\nexit 255\n`
    const { code, out } = await run('doctor', [], { ...(await programs({ apiRoot })), pulumi })
    expect(code).toBe(1)
    expect(out).toContain(words)
    expect(out).toMatch(expected)
  })

  test('names a program that is not there', async () => {
    const { code, out } = await run('doctor', [], {})
    expect(code).toBe(1)
    expect(out).toMatch(/✗ Pulumi CLI .*pulumi is not on PATH/)
  })
})

const revision = { annotations: { 'deployment.kubernetes.io/revision': '2' } }
const deployment = (status: object) => ({
  kind: 'Deployment',
  metadata: { name: 'bot', generation: 2, ...revision },
  spec: { replicas: 1 },
  status: { observedGeneration: 2, ...status },
})
const replicaSet = { kind: 'ReplicaSet', metadata: { labels: { 'pod-template-hash': 'new' }, ...revision } }
const done = [deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), replicaSet]
const underWay = [deployment({ replicas: 1, updatedReplicas: 1 }), replicaSet]
const crashed = {
  kind: 'Pod',
  metadata: { name: 'bot-new-1', labels: { 'pod-template-hash': 'new' } },
  status: {
    containerStatuses: [
      {
        name: 'bot',
        restartCount: 1,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: {
          terminated: { exitCode: 3, reason: 'Error', message: 'TELEGRAM_TOKEN: 401 Unauthorized' },
        },
      },
    ],
  },
}
const crashing = [...underWay, crashed]

describe('npm run up', () => {
  test('touches nothing while something is red', async () => {
    const { code, out, err } = await run(
      'up',
      ['dev', '--yes'],
      await programs({ apiRoot: 'http://127.0.0.1:9' }),
    )
    expect(code).toBe(1)
    expect(err).toContain('Nothing was touched.')
    expect(out).not.toContain('applied')
  })

  test('ends well once the new pod is ready', async () => {
    const { apiRoot, newToken } = await telegram()
    const { code, out, err } = await run(
      'up',
      ['dev', '--yes'],
      await programs({ apiRoot, token: newToken(), items: done }),
    )
    expect(code, err).toBe(0)
    expect(out).toContain('applied')
  })

  test('fails with the last words of a pod that crashes, though pulumi up was content', async () => {
    const { apiRoot, newToken } = await telegram()
    const { code, err } = await run(
      'up',
      ['dev', '--yes'],
      await programs({ apiRoot, token: newToken(), items: crashing }),
    )
    expect(code).toBe(1)
    expect(err).toContain('bot-new-1, bot ended with code 3:\nTELEGRAM_TOKEN: 401 Unauthorized')
    expect(err).toContain('kubectl --context minikube --namespace bitacora-dev delete pod bot-new-1')
  })

  /** These programs, but the cluster's first answer about the rollout is another one. */
  const atFirst = (files: Awaited<ReturnType<typeof programs>>, items: object[]) => ({
    ...files,
    'first.json': JSON.stringify({ items }),
    kubectl: files.kubectl.replace(
      'cat "$FOLDER/items.json"',
      'if [ -e "$FOLDER/asked" ]; then cat "$FOLDER/items.json"; else : > "$FOLDER/asked"; cat "$FOLDER/first.json"; fi',
    ),
  })

  test('is not content with a pod that is ready for a moment, between two crashes', async () => {
    const { apiRoot, newToken } = await telegram()
    const files = atFirst(await programs({ apiRoot, token: newToken(), items: crashing }), done)
    const { code, err } = await run('up', ['dev'], files)
    expect(code).toBe(1)
    expect(err).toContain('bot-new-1, bot ended with code 3')
  })

  test('does not give up a pod whose node has not read the new Secret yet', async () => {
    const { apiRoot, newToken } = await telegram()
    const state = { waiting: { reason: 'CreateContainerConfigError' } }
    const status = { containerStatuses: [{ name: 'bot', restartCount: 0, state, lastState: {} }] }
    const files = atFirst(await programs({ apiRoot, token: newToken(), items: done }), [
      ...underWay,
      { ...crashed, status },
    ])
    const { code, err } = await run('up', ['dev'], files)
    expect(code, err).toBe(0)
  })

  test('asks again when the cluster does not answer, and tells its words once', async () => {
    const { apiRoot, newToken } = await telegram()
    const files = await programs({ apiRoot, token: newToken(), items: done })
    const kubectl = files.kubectl.replace(
      'cat "$FOLDER/items.json"',
      'if [ -e "$FOLDER/asked2" ]; then cat "$FOLDER/items.json"; else [ -e "$FOLDER/asked" ] && : > "$FOLDER/asked2"; : > "$FOLDER/asked"; date +%s%N >&2; echo no route >&2; exit 1; fi',
    )
    const { code, err } = await run('up', ['dev'], { ...files, kubectl })
    expect(code, err).toBe(0)
    expect(err).toBe('no route\n')
  })

  test('names the code of pulumi up though the cluster does not answer', async () => {
    const { apiRoot, newToken } = await telegram()
    const files = await programs({ apiRoot, token: newToken(), up: 255 })
    const kubectl = files.kubectl.replace('cat "$FOLDER/items.json"', 'echo no route >&2; exit 1')
    const { code, err } = await run('up', ['dev'], { ...files, kubectl })
    expect(code).toBe(1)
    expect(err).toContain('pulumi up ended with 255.\nno route')
  })

  test('shows the last words after a pulumi up that failed, too', async () => {
    const { apiRoot, newToken } = await telegram()
    const files = await programs({ apiRoot, token: newToken(), items: crashing, up: 255 })
    const { code, err } = await run('up', ['dev'], files)
    expect(code).toBe(1)
    expect(err).toContain('pulumi up ended with 255.\nbot-new-1, bot ended with code 3')
  })
})

describe('npm run image', () => {
  const record = (name: string, answer = '') => `#!/bin/sh\necho "${name} $*" >> "$FOLDER/calls"\n${answer}\n`
  /** A docker that knows these digests of what it has pushed. */
  const registry = (...digests: string[]) =>
    record('docker', `case "$2" in inspect) echo '${JSON.stringify(digests)}' ;; esac`)
  const stack = 'config:\n  kubernetes:context: minikube\n  bitacora:allowImageTags: true\n'
  const calls = async (cwd: string) => (await readFile(join(cwd, 'calls'), 'utf8')).trim().split('\n')
  const sources = { Dockerfile: 'FROM scratch', 'package.json': '{}', 'package-lock.json': '{}' }

  test('builds in Minikube, tags by content and sets the image of the stack', async () => {
    const files = {
      ...sources,
      'Pulumi.dev.yaml': stack,
      minikube: record('minikube'),
      pulumi: record('pulumi'),
    }
    const once = await calls((await run('image', [], files)).cwd)
    const again = await calls((await run('image', [], files)).cwd)
    const changed = await calls((await run('image', [], { ...files, Dockerfile: 'FROM busybox' })).cwd)
    const image = /--tag (\S+)/.exec(once[0] ?? '')?.[1]
    expect(image).toMatch(/^bitacora:[0-9a-f]{12}$/)
    expect(once[0]).toMatch(/^minikube image build .*--build-opt build-arg=VERSION=\d+\.\d+\.\d+ \.$/)
    expect(once[1]).toBe(`pulumi config set --stack dev image ${image}`)
    expect(again).toEqual(once)
    expect(changed[1]).not.toBe(once[1])
  })

  test('pushes, and sets the digest that the registry gave', async () => {
    const docker = registry(`mirror.example.org/bot@${DIGEST}`, `r.example.org/bot@${DIGEST}`)
    const { code, err, cwd } = await run('image', ['--stack', 'prod', '--push', 'r.example.org/bot'], {
      ...sources,
      'Pulumi.prod.yaml': 'config: {}',
      docker,
      pulumi: record('pulumi'),
    })
    expect(code, err).toBe(0)
    const [build, push, , set] = await calls(cwd)
    expect(build).toMatch(/^docker build --tag r\.example\.org\/bot:[0-9a-f]{12} /)
    expect(push).toMatch(/^docker push r\.example\.org\/bot:[0-9a-f]{12}$/)
    expect(set).toBe(`pulumi config set --stack prod image r.example.org/bot@${DIGEST}`)
  })

  test("finds the digest of a repository of docker's own registry, whose name docker leaves out", async () => {
    const { code, err, cwd } = await run('image', ['--stack', 'prod', '--push', 'docker.io/me/bot'], {
      ...sources,
      'Pulumi.prod.yaml': 'config: {}',
      docker: registry(`me/bot@${DIGEST}`),
      pulumi: record('pulumi'),
    })
    expect(code, err).toBe(0)
    expect((await calls(cwd)).at(-1)).toBe(`pulumi config set --stack prod image docker.io/me/bot@${DIGEST}`)
  })

  test('sets nothing when the registry gave no digest of the repository', async () => {
    const docker = registry(`mirror.example.org/bot@${DIGEST}`)
    const { code, err, cwd } = await run('image', ['--stack', 'prod', '--push', 'r.example.org/bot'], {
      ...sources,
      'Pulumi.prod.yaml': 'config: {}',
      docker,
      pulumi: record('pulumi'),
    })
    expect(code).toBe(1)
    expect(err).toContain('docker knows no digest of r.example.org/bot, only these: mirror.example.org/bot@')
    expect((await calls(cwd)).join()).not.toContain('pulumi')
  })

  test('builds nothing that the stack would refuse', async () => {
    const files = { ...sources, 'Pulumi.prod.yaml': 'config: {}', docker: record('docker') }
    const { code, err, cwd } = await run('image', ['--stack', 'prod'], files)
    expect(code).toBe(1)
    expect(err).toContain('add --push <repository>')
    await expect(calls(cwd)).rejects.toThrow('ENOENT')
  })

  test('loads it into another cluster with a command of its own', async () => {
    const programs = { docker: record('docker'), pulumi: record('pulumi'), load: record('load') }
    const files = { ...sources, 'Pulumi.dev.yaml': stack, ...programs }
    const { cwd } = await run(
      'image',
      ['--load', 'load --cluster mine', '--build-arg', 'NODE_IMAGE=node:24'],
      files,
    )
    const [build, load] = await calls(cwd)
    expect(build).toContain('--build-arg NODE_IMAGE=node:24')
    expect(load).toMatch(/^load --cluster mine bitacora:[0-9a-f]{12}$/)
  })
})
