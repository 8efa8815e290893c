import { isTimeZone, LOG_LEVELS, TOKEN } from '../bot/environment.ts'
import type { Resources } from './given.ts'
import { SMALLEST_LOG_VOLUME } from './logVolume.ts'
import { bytesOf, coresOf, isSize, mebibytes } from './quantity.ts'
import type { Settings } from './settings.ts'
import type { Problem } from './settingsError.ts'

/** Refuses a setting: `what` completes the sentence that begins with the key, `value` is what to type. */
interface Guard extends Problem {
  broken: (settings: Settings) => boolean
}

export const MISSING = 'is missing'
/** Fits the form of a real one and none of Telegram's tokens begins with it. */
const TOKEN_EXAMPLE = '0000000000:the-secret-that-botfather-shows'
const DIGEST = `sha256:${'0'.repeat(64)}`

const webhook = (s: Settings) => s.receive === 'webhook'
const otel = (s: Settings) => s.collector === 'otel'
const installed = (s: Settings) => s.collector === 'installed'
const pinned = (image: string) => /@sha256:[0-9a-f]{64}$/.test(image)
const tagged = (image: string) => /:[\w][\w.-]*$/.test(image) && !image.endsWith(':latest')
const isUrl = (text: string) => URL.canParse(text) && /^https?:/.test(text)
const isName = (text: string) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
const isHost = (text: string) =>
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(text)
/** A Secret's name may have dots. */
const isSecretName = (text: string) => text.length <= 253 && text.split('.').every(isName)

/** Every rule, in the order of Pulumi.yaml: of one key only the first broken one is told. */
export const GUARDS: Guard[] = [
  { key: 'kubernetes:context', value: 'minikube', what: MISSING, broken: (s) => !s.context },

  ...imageGuards('image', `registry.example.org/bitacora@${DIGEST}`),
  namesGuard('imagePullSecrets', 'registry', isSecretName),
  {
    key: 'namespace',
    value: 'bitacora',
    what: 'must be at most 63 lower-case letters, digits and hyphens',
    broken: (s) => !isName(s.namespace),
  },

  { key: 'telegramToken', value: TOKEN_EXAMPLE, what: MISSING, broken: (s) => !s.telegramToken },
  {
    key: 'telegramToken',
    value: TOKEN_EXAMPLE,
    what: 'is not of the form <digits>:<secret>; copy the whole token',
    broken: (s) => !TOKEN.test(s.telegramToken ?? ''),
  },
  addressGuard('telegramApiRoot', 'https://api.telegram.org'),
  addressGuard('proxy', 'http://proxy.example.org:3128'),
  {
    key: 'proxy',
    what: 'cannot be used with collector installed, whose image has no setting for one; collector otel has',
    broken: (s) => installed(s) && s.proxy !== undefined,
  },
  {
    key: 'timeZone',
    value: 'America/Argentina/Buenos_Aires',
    what: 'is not in the IANA database of time zones',
    broken: (s) => !isTimeZone(s.timeZone),
  },
  choiceGuard('receive', ['polling', 'webhook']),
  { key: 'replicas', value: '2', what: 'must be 1 or more', broken: (s) => s.replicas < 1 },
  {
    key: 'replicas',
    value: '1',
    what: 'must be 1 with polling: Telegram gives the updates of a bot to one poller only',
    broken: (s) => s.receive === 'polling' && s.replicas > 1,
  },
  {
    key: 'webhookHost',
    value: 'bot.example.org',
    what: MISSING,
    broken: (s) => webhook(s) && !s.webhookHost,
  },
  {
    key: 'webhookHost',
    value: 'bot.example.org',
    what: 'must be a host name alone, without https:// and path',
    broken: (s) => s.webhookHost !== undefined && !isHost(s.webhookHost),
  },

  namesGuard('webhookNamespaces', 'ingress-nginx', isName),
  {
    key: 'ingressAnnotations',
    what: 'must have texts as values: "true" and "1" in quotes',
    broken: (s) => Object.values(s.ingressAnnotations).some((value) => typeof value !== 'string'),
  },
  namesGuard('metricsNamespaces', 'monitoring', isName),
  resourcesGuard('botResources'),

  choiceGuard('logLevel', [...LOG_LEVELS], 'info'),
  {
    key: 'logVolume',
    value: '64Mi',
    what: `must be a size of at least ${mebibytes(SMALLEST_LOG_VOLUME)}`,
    broken: (s) => !isSize(s.logVolume) || bytesOf(s.logVolume) < SMALLEST_LOG_VOLUME,
  },

  choiceGuard('collector', ['otel', 'installed', 'console']),
  ...imageGuards('collectorImage', `sumologic/sumologic-otel-collector@${DIGEST}`),
  {
    key: 'collectorResources',
    at: '.limits.memory',
    value: '256Mi',
    what: 'must limit the memory to a size of at least 128Mi: the collector sizes itself by it',
    broken: (s) =>
      !isSize(s.collectorResources.limits.memory) ||
      bytesOf(s.collectorResources.limits.memory) < bytesOf('128Mi'),
  },
  resourcesGuard('collectorResources'),
  {
    key: 'sumoEndpoint',
    value: 'https://collectors.sumologic.com/receiver/v1/otlp/the-secret',
    what: MISSING,
    broken: (s) => otel(s) && !s.sumoEndpoint && !s.sumoInstallationToken,
  },
  {
    key: 'sumoEndpoint',
    value: 'https://collectors.sumologic.com/receiver/v1/otlp/the-secret',
    what: 'must be an http or https address',
    broken: (s) => s.sumoEndpoint !== undefined && !isUrl(s.sumoEndpoint),
  },
  {
    key: 'sumoInstallationToken',
    what: 'and sumoEndpoint exclude each other; leave one',
    broken: (s) => otel(s) && s.sumoEndpoint !== undefined && s.sumoInstallationToken !== undefined,
  },
  {
    key: 'sumoInstallationToken',
    what: 'and sumoAccessId with sumoAccessKey exclude each other; leave one way',
    broken: (s) => installed(s) && s.sumoAccessId !== undefined && s.sumoInstallationToken !== undefined,
  },
  {
    key: 'sumoAccessId',
    value: 'the-access-id',
    what: MISSING,
    broken: (s) => installed(s) && !s.sumoAccessId && !s.sumoInstallationToken,
  },
  {
    key: 'sumoAccessKey',
    value: 'the-access-key',
    what: MISSING,
    broken: (s) => installed(s) && !s.sumoAccessKey && !s.sumoInstallationToken,
  },
  addressGuard('sumoUrl', 'https://open-collectors.sumologic.com'),
  {
    key: 'sumoCategory',
    value: 'prod/bot',
    what: 'must be letters, digits and _ - / . :',
    broken: (s) => !/^[\w/.:-]+$/.test(s.sumoCategory),
  },
]

function imageGuards(key: 'image' | 'collectorImage', value: string): Guard[] {
  return [
    { key, value, what: MISSING, broken: (s) => !s[key] },
    {
      key,
      value,
      what: 'has no digest: a tag can come to mean something else (allowImageTags permits it for a loaded image)',
      broken: (s) => !s.allowImageTags && !pinned(s[key] ?? ''),
    },
    {
      key,
      value,
      what: 'must end in a digest or in a tag other than latest, which is pulled at every start',
      broken: (s) => !pinned(s[key] ?? '') && !tagged(s[key] ?? ''),
    },
  ]
}

function addressGuard(key: 'telegramApiRoot' | 'proxy' | 'sumoUrl', value: string): Guard {
  const what = 'must be an http or https address without user and password: it is kept in clear text'
  const fits = (text: string) => isUrl(text) && !new URL(text).username && !new URL(text).password
  return { key, value, what, broken: (s) => s[key] !== undefined && !fits(s[key]) }
}

function choiceGuard(
  key: 'receive' | 'logLevel' | 'collector',
  choices: string[],
  value = choices[0],
): Guard {
  return { key, value, what: `must be ${choices.join(' or ')}`, broken: (s) => !choices.includes(s[key]) }
}

function namesGuard(
  key: 'imagePullSecrets' | 'webhookNamespaces' | 'metricsNamespaces',
  value: string,
  fits: (name: string) => boolean,
): Guard {
  const what = 'must be names of lower-case letters, digits and hyphens'
  return { key, value, at: '[0]', what, broken: (s) => !s[key].every(fits) }
}

/** Without it the API server refuses the pod, or a mistyped key is lost. */
function resourcesGuard(key: 'botResources' | 'collectorResources'): Guard {
  const what =
    'must be requests and limits of cpu (500m) and memory (256Mi) alone, and no request above its limit'
  return { key, what, broken: (s) => !areResources(s[key]) }
}

function areResources({ requests, limits, ...others }: Resources): boolean {
  const sides = [requests, limits]
  return (
    Object.keys(others).length === 0 &&
    sides.every((side) => Object.keys(side).every((name) => name === 'cpu' || name === 'memory')) &&
    sides.every(({ cpu, memory }) => coresOf(cpu) > 0 && isSize(memory)) &&
    coresOf(requests.cpu) <= coresOf(limits.cpu) &&
    bytesOf(requests.memory) <= bytesOf(limits.memory)
  )
}
