import { isTimeZone, LOG_LEVELS, TOKEN } from '../bot/environment.ts'
import {
  addressGuard,
  choiceGuard,
  type Guard,
  imageGuards,
  isName,
  isUrl,
  MISSING,
  namesGuard,
  resourcesGuard,
} from './guardKinds.ts'
import { SMALLEST_LOG_VOLUME } from './logVolume.ts'
import { bytesOf, isSize, mebibytes } from './quantity.ts'
import type { Settings } from './settings.ts'

/** Fits the form of a real one and none of Telegram's tokens begins with it. */
const TOKEN_EXAMPLE = '0000000000:the-secret-that-botfather-shows'
const DIGEST = `sha256:${'0'.repeat(64)}`

const webhook = (s: Settings) => s.receive === 'webhook'
const otel = (s: Settings) => s.collector === 'otel'
const installed = (s: Settings) => s.collector === 'installed'
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
