import * as v from 'valibot'
import { LOG_LEVELS } from '../../bot/config.ts'
import * as is from './forms.ts'
import { SMALLEST_LOG_STORE, SMALLEST_LOG_VOLUME } from './logVolume.ts'
import { BOT, BOT_FLOOR, COLLECTOR_FLOOR, LOG_STORE, LOG_STORE_FLOOR } from './resources.ts'

type About = { meaning: string; example: unknown; secret: boolean }

/** A setting: its form, with a default where there is one; what it means; what a command to type shows. */
function setting<Form extends v.GenericSchema>(form: Form, meaning: string, example?: unknown) {
  return v.pipe(form, v.metadata<v.InferOutput<Form>, About>({ meaning, example, secret: false }))
}

/** One to be encrypted. Pulumi.yaml cannot say so: what it calls a secret has to be set, too. */
function secret<Form extends v.GenericSchema>(form: Form, meaning: string, example: string) {
  return v.pipe(form, v.metadata<v.InferOutput<Form>, About>({ meaning, example, secret: true }))
}

const { optional } = v
const DIGEST = `sha256:${'0'.repeat(64)}`
const IMAGE = `registry.example.org/bitacora@${DIGEST}`
const LOG_STORE_IMAGE = `victoriametrics/victoria-logs@${DIGEST}`
const COLLECTOR = `sumologic/sumologic-otel-collector@${DIGEST}`
const TOKEN = '0000000000:the-secret-that-botfather-shows'
const ENDPOINT = 'https://collectors.sumologic.com/receiver/v1/otlp/the-secret'

/**
 * Every setting of a stack, in the order of the documents, with all that is known of it. `npm run docs` writes
 * Pulumi.yaml's block and the table of docs/deploy.md from it.
 */
export const SETTINGS = {
  context: setting(
    is.text,
    "The cluster, by its name in kubectl's configuration; never the current one",
    'minikube',
  ),

  image: setting(is.image, "The bot's image, repository@sha256:<digest>; `npm run image` sets it", IMAGE),
  allowImageTags: setting(is.flag(false), 'true where images have no digest, as those loaded into Minikube'),
  imagePullSecrets: setting(is.list(is.objectName), "Secrets with the registry's credentials", ['registry']),
  namespace: setting(optional(is.label), 'Namespace of the bot; <project>-<stack> when not set', 'bitacora'),
  createNamespace: setting(
    is.flag(true),
    'false where the namespace, and its Pod Security level, is not ours',
  ),

  telegramToken: secret(is.token, "The bot's token, from @BotFather", TOKEN),
  telegramApiRoot: setting(
    optional(is.address, 'https://api.telegram.org'),
    "The Bot API, Telegram's or your own",
  ),
  proxy: setting(
    optional(is.address),
    'Forward proxy of the bot and of otel, without a password',
    'http://proxy:3128',
  ),
  noProxy: setting(
    optional(is.text),
    'Hosts that both reach without it, as NO_PROXY lists them',
    '.svc,10.0.0.1',
  ),
  timeZone: setting(optional(is.timeZone, 'America/Argentina/Buenos_Aires'), "Zone of the bot's clock"),
  receive: setting(is.oneOf(['polling', 'webhook']), 'How updates come: polling or webhook'),
  replicas: setting(optional(is.count), 'Pods of the bot; 1 with polling, 2 with webhook when not set', 1),
  webhookHost: setting(optional(is.hostName), 'Telegram posts to https://<host>/telegram', 'bot.example.org'),
  webhookNamespaces: setting(is.list(is.label), "Where the Ingress controller's or Gateway's pods are", [
    'traefik',
  ]),
  webhookRoute: setting(
    is.oneOf(['ingress', 'gateway']),
    'What leads to the pods: ingress, or gateway (an HTTPRoute)',
  ),
  webhookGateway: setting(
    optional(is.gateway),
    'The Gateway: <namespace>/<name>[/<listener>]',
    'gateways/public',
  ),
  webhookTlsSecret: setting(optional(is.objectName, 'bitacora-tls'), "Secret with the Ingress's certificate"),
  ingressClass: setting(
    optional(is.objectName),
    "Class of the Ingress; the cluster's default when not set",
    'traefik',
  ),
  ingressAnnotations: setting(is.annotations, 'Of the Ingress, such as cert-manager.io/cluster-issuer'),
  metricsNamespaces: setting(is.list(is.label), 'Who may scrape /metrics, on port 8080', ['monitoring']),
  botResources: setting(optional(is.resources(BOT_FLOOR), BOT), 'CPU and memory of the bot'),

  logLevel: setting(is.oneOf(LOG_LEVELS, 'info'), `The bot's level: ${LOG_LEVELS.join(', ')}`),
  logContent: setting(is.flag(false), 'true: the log holds texts of messages, which are personal data'),
  logStdout: setting(is.flag(true), 'false where an agent of the node would ship every line a second time'),
  logVolume: setting(optional(is.size(SMALLEST_LOG_VOLUME), '64Mi'), 'Size of the volume with the log files'),
  logPersistence: setting(
    optional(is.sizeOrFalse, 'false'),
    "Size of a claim that outlives the pod, for lines that are not sent yet; the log store's lines outlive its pod then, too",
    '1Gi',
  ),

  collector: setting(
    is.oneOf(['otel', 'installed', 'console']),
    'otel, installed (the classic one) or console (prints)',
  ),
  collectorImage: setting(
    optional(is.image),
    "The collector's; a release when not set, with allowImageTags",
    COLLECTOR,
  ),
  collectorResources: setting(
    optional(is.resources(COLLECTOR_FLOOR)),
    'CPU and memory of the collector; its size follows the limit. 256Mi, for installed 512Mi, when not set',
    { limits: { memory: '256Mi' } },
  ),
  logStore: setting(
    is.oneOf(['none', 'victorialogs']),
    "victorialogs: a log database with a web page beside the bot, in Sumo Logic's place",
  ),
  logStoreImage: setting(
    optional(is.image),
    "The log store's; a release when not set, with allowImageTags",
    LOG_STORE_IMAGE,
  ),
  logStoreRetention: setting(optional(is.days, '7d'), 'How long the log store keeps a line'),
  logStoreSize: setting(
    optional(is.size(SMALLEST_LOG_STORE), '1Gi'),
    "Size of the log store's volume; at 80 % of it the oldest days go",
  ),
  logStoreResources: setting(
    optional(is.resources(LOG_STORE_FLOOR), LOG_STORE),
    'CPU and memory of the log store',
  ),
  sumoEndpoint: secret(
    optional(is.secretAddress),
    'For otel: an OTLP/HTTP Source, or a plain HTTP Source',
    ENDPOINT,
  ),
  sumoInstallationToken: secret(optional(is.secretText), 'For otel or installed', 'the-token'),
  sumoAccessId: secret(optional(is.secretText), 'For installed, with sumoAccessKey', 'the-access-id'),
  sumoAccessKey: secret(optional(is.secretText), 'For installed, with sumoAccessId', 'the-access-key'),
  sumoUrl: setting(
    optional(is.address),
    "Where a collector registers; Sumo Logic's when not set",
    'https://sumo.example.org',
  ),
  sumoCategory: setting(
    optional(is.category),
    'Source category of the lines; <stack>/bot when not set',
    'prod/bot',
  ),
}

/** What a stack says, read. */
export type ParsedSettings = v.InferOutput<v.ObjectSchema<typeof SETTINGS, undefined>>

/** How Pulumi calls the kinds of values; a choice is a string. */
const TYPES = { string: 'string', boolean: 'boolean', number: 'integer', array: 'array' } as const
type PulumiType = (typeof TYPES)[keyof typeof TYPES] | 'object'

/** All that is known of a setting; its example is the default where it has no other. */
export type Setting = About & { type: PulumiType; default: unknown; required: boolean }

/** @returns undefined for a key that is none */
export function describeSetting(key: string): Setting | undefined {
  if (!Object.hasOwn(SETTINGS, key)) return undefined
  const form = SETTINGS[key as keyof typeof SETTINGS]
  const { wrapped, default: fallback } = form as v.OptionalSchema<v.GenericSchema, unknown>
  const { example = fallback, ...about } = v.getMetadata(form)
  const type = TYPES[(wrapped ?? form).type as keyof typeof TYPES] ?? 'object'
  return { type, default: fallback, required: !wrapped, example, ...about }
}
