import { fetch, ProxyAgent } from 'undici'
import { fixCommand, formatIssue } from '../settings/issues.ts'
import { checkSettings, type Settings } from '../settings/settings.ts'
import { checkImage } from './imageCheck.ts'
import { kubectl } from './kubectl.ts'
import { lastLine, output } from './run.ts'
import { stackConfig } from './stackConfig.ts'
import type { Check } from './table.ts'

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
  const checked = healthy && (await settingsOf(stack, say))
  if (!checked) return undefined
  const { settings, usable } = checked
  const reached = usable('context') ? await cluster(settings) : undefined
  if (reached) say(reached)
  if (reached?.state === 'ok' && usable('image', 'allowImageTags')) say(await checkImage(settings))
  if (usable('telegramToken', 'telegramApiRoot', 'proxy')) say(await token(settings))
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

/** What the stack says, and which of its keys can be relied on; undefined when Pulumi does not tell. */
async function settingsOf(stack: string, say: (check: Check) => void) {
  const what = 'settings'
  try {
    const { settings, issues } = checkSettings(await stackConfig(stack))
    if (issues.length === 0)
      say({ what, state: 'ok', says: `${settings.receive}, collector ${settings.collector}` })
    for (const issue of issues) {
      say({ what, state: 'red', says: formatIssue(issue), remedy: fixCommand(stack, issue) })
    }
    const usable = (...keys: string[]) => !issues.some(({ key }) => keys.includes(key))
    return { settings, usable }
  } catch (error) {
    const { message } = error as Error
    say({ what, state: 'red', says: message, ...pulumiRemedy(stack, message) })
    return undefined
  }
}

/** For what is not said by Pulumi itself, as it is of a passphrase. */
function pulumiRemedy(stack: string, message: string): { remedy?: string } {
  if (message.includes('no stack named')) return { remedy: `pulumi stack init ${stack}` }
  if (message.includes('PULUMI_ACCESS_TOKEN')) {
    return { remedy: stack === 'dev' ? 'pulumi login --local' : 'pulumi login <your backend>' }
  }
  return {}
}

async function cluster({ context }: Settings): Promise<Check> {
  const what = 'cluster'
  try {
    const { major, minor, gitVersion } = (await kubectl(context, ['version'])).serverVersion
    const says = `${context}, Kubernetes ${gitVersion}`
    if (Number(major) > 1 || Number.parseInt(minor, 10) >= OLDEST_SERVER) return { what, state: 'ok', says }
    const mend = context === 'minikube' ? 'minikube start --kubernetes-version=stable' : 'upgrade the cluster'
    return { what, state: 'red', says: `${says} is not 1.${OLDEST_SERVER} or newer`, remedy: mend }
  } catch (error) {
    const mend = context === 'minikube' ? 'minikube start' : 'kubectl config get-contexts'
    return { what, state: 'red', says: lastLine(error as Error), remedy: mend }
  }
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
