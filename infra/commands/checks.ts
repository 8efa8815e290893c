import { fetch, ProxyAgent } from 'undici'
import { readSettings, type Settings } from '../settings.ts'
import { remedy, SettingsError, sentence } from '../settingsError.ts'
import { kubectl } from './kubectl.ts'
import { output } from './run.ts'
import { stackConfig } from './stackConfig.ts'

/** One row of the table. `unknown` is what cannot be seen from here; it stops nothing. */
export interface Check {
  what: string
  state: 'ok' | 'red' | 'unknown'
  says: string
  /** The command that mends a red one. */
  remedy?: string
}

const OLDEST_CLI = 200
const OLDEST_SERVER = 29
/** For Telegram's answer. */
const PATIENCE_MS = 10_000

/**
 * Everything that a deployment to the stack needs.
 *
 * @param print is given each row as soon as it is known
 * @returns the settings, or undefined when something is red
 */
export async function diagnose(stack: string, print: (check: Check) => void): Promise<Settings | undefined> {
  let healthy = true
  const say = (check: Check) => {
    if (check.state === 'red') healthy = false
    print(check)
  }
  say(await pulumiCli())
  const settings = healthy && (await settingsOf(stack, say))
  if (!settings) return undefined
  const reached = await cluster(settings)
  say(reached)
  if (reached.state === 'ok') say(await image(settings))
  say(await token(settings))
  return healthy ? settings : undefined
}

async function pulumiCli(): Promise<Check> {
  const what = 'Pulumi CLI'
  const mend = 'https://www.pulumi.com/docs/install/'
  try {
    const version = (await output('pulumi', ['version'])).trim()
    const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number)
    if (major === 3 && minor >= OLDEST_CLI) return { what, state: 'ok', says: version }
    return { what, state: 'red', says: `${version} is not 3.${OLDEST_CLI} or newer`, remedy: mend }
  } catch (error) {
    return { what, state: 'red', says: (error as Error).message, remedy: mend }
  }
}

async function settingsOf(stack: string, say: (check: Check) => void): Promise<Settings | undefined> {
  const what = 'settings'
  try {
    const settings = readSettings(await stackConfig(stack))
    say({ what, state: 'ok', says: `${settings.receive}, collector ${settings.collector}` })
    return settings
  } catch (error) {
    if (error instanceof SettingsError) {
      for (const problem of error.problems) {
        say({ what, state: 'red', says: sentence(problem), remedy: remedy(stack, problem) })
      }
    } else {
      say({ what, state: 'red', says: (error as Error).message, remedy: `pulumi stack init ${stack}` })
    }
    return undefined
  }
}

async function cluster({ context = '' }: Settings): Promise<Check> {
  const what = 'cluster'
  try {
    const { major, minor, gitVersion } = (await kubectl(context, ['version'])).serverVersion
    const says = `${context}, Kubernetes ${gitVersion}`
    if (Number(major) > 1 || Number.parseInt(minor, 10) >= OLDEST_SERVER) return { what, state: 'ok', says }
    const mend = context === 'minikube' ? 'minikube start --kubernetes-version=stable' : 'upgrade the cluster'
    return { what, state: 'red', says: `${says} is not 1.${OLDEST_SERVER} or newer`, remedy: mend }
  } catch (error) {
    const mend = context === 'minikube' ? 'minikube start' : 'kubectl config get-contexts'
    return { what, state: 'red', says: lastLine(error), remedy: mend }
  }
}

/** An image without a digest and a registry was loaded into the cluster, so it has to be there. */
async function image({ allowImageTags, image: name = '', context = '', stack }: Settings): Promise<Check> {
  const what = 'image'
  if (!allowImageTags || name.includes('@')) return { what, state: 'ok', says: `${name} will be pulled` }
  const list = await imagesOf(context).catch(() => undefined)
  if (list?.images.some((loaded) => loaded === name || loaded.endsWith(`/${name}`))) {
    return { what, state: 'ok', says: `${name} is loaded` }
  }
  if (hasRegistry(name))
    return { what, state: 'unknown', says: `${name} is not loaded; the node may pull it` }
  if (!list?.complete)
    return { what, state: 'unknown', says: `${name} is not in the node's list, which may be late` }
  return {
    what,
    state: 'red',
    says: `${name} is not in Minikube`,
    remedy: `npm run image -- --stack ${stack}`,
  }
}

/** The part before the first slash is a host where it has a dot or a port, or is localhost, as docker reads it. */
function hasRegistry(name: string): boolean {
  return /^([^/]*[.:][^/]*|localhost)\//.test(name)
}

/** Minikube's own list, or what the nodes report: that one is up to a minute late and holds 50 images at most. */
async function imagesOf(context: string): Promise<{ images: string[]; complete: boolean }> {
  if (context === 'minikube') {
    const list = await output('minikube', ['image', 'ls']).catch(() => undefined)
    if (list) return { images: list.split(/\s+/), complete: true }
  }
  const nodes = await kubectl(context, ['get', 'nodes'])
  const images = nodes.items.flatMap((node: { status: { images?: { names: string[] | null }[] } }) =>
    (node.status.images ?? []).flatMap(({ names }) => names ?? []),
  )
  return { images, complete: false }
}

/** Asks Telegram who the token belongs to, before anything is touched. */
async function token({ telegramApiRoot, telegramToken, proxy, stack }: Settings): Promise<Check> {
  const what = 'token'
  try {
    const response = await fetch(`${telegramApiRoot.replace(/\/+$/, '')}/bot${telegramToken}/getMe`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      // As the bot does: its proxy is for https alone.
      ...(proxy && telegramApiRoot.startsWith('https:') && { dispatcher: new ProxyAgent(proxy) }),
    })
    const answer = (await response.json()) as {
      ok: boolean
      description?: string
      result?: { username: string }
    }
    if (answer.ok) return { what, state: 'ok', says: `it is @${answer.result?.username}'s` }
    const mend = `pulumi config set --stack ${stack} --secret telegramToken`
    return { what, state: 'red', says: `Telegram answers: ${answer.description}`, remedy: mend }
  } catch (error) {
    // The error's own text may hold the address, and the address holds the token.
    const { cause } = error as { cause?: { code?: string } }
    const reason = cause?.code ?? (error as Error).name
    return { what, state: 'unknown', says: `${telegramApiRoot} cannot be asked from here (${reason})` }
  }
}

function lastLine(error: unknown): string {
  return (error as Error).message.split('\n').at(-1) ?? ''
}
