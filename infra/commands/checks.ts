import { TelegramError } from 'telegraf'
import { systemClock } from '../../bot/clock.ts'
import { createApi } from '../../bot/telegram/api.ts'
import { pinned } from '../settings/forms.ts'
import { fixCommand, formatIssue } from '../settings/issues.ts'
import { checkSettings, type Settings } from '../settings/settings.ts'
import { kubectl } from './kubectl.ts'
import { lastLine, output } from './run.ts'
import { askForConfig } from './stackConfig.ts'
import type { Check } from './table.ts'

const OLDEST_CLI = 200
const OLDEST_SERVER = 29

/**
 * Everything that a deployment to the stack needs.
 *
 * @param print is given each row as soon as it is known
 * @returns the settings, or undefined when a check failed
 */
export async function diagnose(stack: string, print: (check: Check) => void): Promise<Settings | undefined> {
  let healthy = true
  const report = (check: Check) => {
    if (check.status === 'fail') healthy = false
    print(check)
  }
  report(await pulumiCli())
  const checked = healthy && (await settingsOf(stack, report))
  if (!checked) return undefined
  const { settings, usable } = checked
  const reached = usable('context') ? await cluster(settings) : undefined
  if (reached) report(reached)
  if (reached?.status === 'ok' && usable('image', 'allowImageTags')) report(await image(settings))
  if (usable('telegramToken', 'telegramApiRoot', 'proxy', 'noProxy')) report(await token(settings))
  return healthy ? settings : undefined
}

async function pulumiCli(): Promise<Check> {
  const name = 'Pulumi CLI'
  const fix = 'https://www.pulumi.com/docs/install/'
  try {
    const version = (await output('pulumi', ['version'])).trim()
    const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number)
    if (major === 3 && minor >= OLDEST_CLI) return { name, status: 'ok', detail: version }
    return { name, status: 'fail', detail: `${version} is not 3.${OLDEST_CLI} or newer`, fix }
  } catch (error) {
    return { name, status: 'fail', detail: (error as Error).message, fix }
  }
}

/** What the stack says, and which of its keys can be relied on; undefined when Pulumi does not tell. */
async function settingsOf(stack: string, report: (check: Check) => void) {
  const name = 'settings'
  try {
    const { settings, issues } = checkSettings(await askForConfig(stack))
    if (issues.length === 0)
      report({ name, status: 'ok', detail: `${settings.receive}, collector ${settings.collector}` })
    for (const issue of issues) {
      report({ name, status: 'fail', detail: formatIssue(issue), fix: fixCommand(stack, issue) })
    }
    const usable = (...keys: string[]) => !issues.some(({ key }) => keys.includes(key))
    return { settings, usable }
  } catch (error) {
    const { message } = error as Error
    report({ name, status: 'fail', detail: message, ...pulumiFix(stack, message) })
    return undefined
  }
}

/** For what is not said by Pulumi itself, as it is of a passphrase. */
function pulumiFix(stack: string, message: string): { fix?: string } {
  if (message.includes('no stack named')) return { fix: `pulumi stack init ${stack}` }
  if (message.includes('PULUMI_ACCESS_TOKEN')) {
    return { fix: stack === 'dev' ? 'pulumi login --local' : 'pulumi login <your backend>' }
  }
  return {}
}

async function cluster({ context }: Settings): Promise<Check> {
  const name = 'cluster'
  const isMinikube = context === 'minikube'
  try {
    const { major, minor, gitVersion } = (await kubectl(context, ['version'])).serverVersion
    const detail = `${context}, Kubernetes ${gitVersion}`
    if (Number(major) > 1 || Number.parseInt(minor, 10) >= OLDEST_SERVER)
      return { name, status: 'ok', detail }
    const fix = isMinikube ? 'minikube start --kubernetes-version=stable' : 'upgrade the cluster'
    return { name, status: 'fail', detail: `${detail} is not 1.${OLDEST_SERVER} or newer`, fix }
  } catch (error) {
    const fix = isMinikube ? 'minikube start' : 'kubectl config get-contexts'
    return { name, status: 'fail', detail: lastLine(error as Error), fix }
  }
}

/** An image without a digest was loaded into the cluster, or is pulled. A node's list is late and has 50 at most. */
async function image({ context, image, stack }: Settings): Promise<Check> {
  const name = 'image'
  if (pinned(image)) return { name, status: 'ok', detail: `${image} will be pulled` }
  const { items } = await kubectl(context, ['get', 'nodes']).catch(() => ({ items: [] }))
  const loaded: string[] = items.flatMap(
    ({ status }: { status: { images?: { names?: string[] | null }[] } }) =>
      (status.images ?? []).flatMap(({ names }) => names ?? []),
  )
  if (loaded.some((one) => one === image || one.endsWith(`/${image}`)))
    return { name, status: 'ok', detail: `${image} is loaded` }
  const detail = `${image} is not in the nodes' lists, which may be late; npm run image -- --stack ${stack} loads it`
  return { name, status: 'unknown', detail }
}

/** Asks Telegram who the token belongs to, as the bot does, before anything is touched. */
async function token({ telegramApiRoot, telegramToken, proxy, noProxy, stack }: Settings): Promise<Check> {
  const name = 'token'
  const apiRoot = telegramApiRoot.replace(/\/+$/, '')
  const api = createApi({
    token: telegramToken,
    apiRoot,
    proxy,
    noProxy,
    clock: systemClock,
    onCall: () => {},
  })
  try {
    const { username } = await api.call('getMe', {}, { retries: 0 })
    return { name, status: 'ok', detail: `it is @${username}'s` }
  } catch (error) {
    if (error instanceof TelegramError) {
      const fix = `pulumi config set --stack ${stack} --secret telegramToken`
      return { name, status: 'fail', detail: `Telegram answers: ${error.description}`, fix }
    }
    const reason = (error as Error).message.replace('getMe: ', '')
    return { name, status: 'unknown', detail: `${telegramApiRoot} cannot be asked from here: ${reason}` }
  } finally {
    await api.close()
  }
}
