import { LOG_LEVELS } from '../bot/environment.ts'
import { SMALLEST_LOG_VOLUME } from './logVolume.ts'
import { bytesOf, isSize, mebibytes } from './quantity.ts'
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
const isHost = (text: string) => /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(text)

/** Every rule, in the order of Pulumi.yaml: of one key only the first broken one is told. */
export const GUARDS: Guard[] = [
  { key: 'kubernetes:context', value: 'minikube', what: MISSING, broken: (s) => !s.context },

  ...imageGuards('image', `registry.example.org/bitacora@${DIGEST}`),
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
    broken: (s) => !/^\d+:[\w-]{20,}$/.test(s.telegramToken ?? ''),
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
  const what = 'must be an http or https address'
  return { key, value, what, broken: (s) => s[key] !== undefined && !isUrl(s[key]) }
}

function choiceGuard(
  key: 'receive' | 'logLevel' | 'collector',
  choices: string[],
  value = choices[0],
): Guard {
  return { key, value, what: `must be ${choices.join(' or ')}`, broken: (s) => !choices.includes(s[key]) }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
