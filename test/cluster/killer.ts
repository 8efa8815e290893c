import type { World } from './world.ts'

/** Kills the processes of one pod by name: from inside its container the first one is immune to SIGKILL. */
export interface Killer {
  /** @param program a part of the command line. @throws Error when no such process runs in the pod */
  kill(podUid: string, program: 'bot/main.ts' | 'otelcol-sumo' | 'victoria-logs'): Promise<void>
  remove(): Promise<void>
}

/** Kills by the pod's uid, which is in the name of its control groups, with - or _ between its parts. */
const KILL = `
  const [uid, program] = process.argv.slice(1)
  const read = (pid, file) => { try { return fs.readFileSync('/proc/' + pid + '/' + file, 'utf8') } catch { return '' } }
  const found = fs.readdirSync('/proc').filter((pid) => /^[0-9]+$/.test(pid) && read(pid, 'cmdline').includes(program)
    && read(pid, 'cgroup').replaceAll('_', '-').includes(uid))
  if (found.length === 0) throw new Error('no ' + program + ' in pod ' + uid)
  for (const pid of found) process.kill(Number(pid), 'SIGKILL')`

/** Starts a privileged pod that sees the node's processes, in a namespace of its own, from the bot's image. */
export async function startKiller({ cluster, stack, image }: World): Promise<Killer> {
  const { kubectl } = cluster
  const namespace = `${stack.namespace}-killer`
  const container = {
    name: 'killer',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['-e', 'setInterval(() => {}, 60_000)'],
    securityContext: { privileged: true, runAsUser: 0 },
  }
  const spec = { hostPID: true, terminationGracePeriodSeconds: 0, containers: [container] }
  const remove = async () => {
    await kubectl('delete', 'namespace', namespace, '--ignore-not-found')
  }
  await kubectl('create', 'namespace', namespace)
  try {
    await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=privileged')
    const overrides = JSON.stringify({ apiVersion: 'v1', spec })
    await kubectl('run', 'killer', '--namespace', namespace, '--image', image, '--overrides', overrides)
    await kubectl(
      'wait',
      '--namespace',
      namespace,
      '--for',
      'condition=Ready',
      'pod/killer',
      '--timeout',
      '180s',
    )
  } catch (error) {
    await remove()
    throw error
  }
  return {
    async kill(podUid, program) {
      await kubectl(
        ...['exec', '--namespace', namespace, 'killer', '--'],
        ...['/nodejs/bin/node', '-e', KILL, podUid, program],
      )
    },
    remove,
  }
}
