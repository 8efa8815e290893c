import * as v from 'valibot'
import { exactly, MISSING, pinned } from './forms.ts'
import { STATE_VOLUME } from './logVolume.ts'
import { amountOf } from './quantity.ts'
import { botResources, collectorResources, logStoreResources, withinLimits } from './resources.ts'
import { type ParsedSettings, SETTINGS } from './schema.ts'

const isWebhook = (s: ParsedSettings) => s.receive === 'webhook'
const isOtel = (s: ParsedSettings) => s.collector === 'otel'
const hasStore = (s: ParsedSettings) => s.logStore !== 'none'
const isInstalled = (s: ParsedSettings) => s.collector === 'installed'
const NO_DIGEST =
  'has no digest: a tag can come to mean something else (allowImageTags permits it for a loaded image)'
const OVER_LIMIT = 'requests more than it limits'
const PROXY =
  'cannot be used with collector installed, whose image has no setting for one; collector otel has'
const ONLY_OTEL = 'must be otel with a log store, which takes what that one sends; or set logStore to none'
const BESIDE_STORE = 'and logStore exclude each other: the collector sends to one place; leave one'
const ONE_CLAIM = 'cannot be used with webhook, whose pods run side by side: a claim is for one at a time'
const NO_PLACE =
  'cannot be used with collector installed, which does not know what its predecessor has sent; collector otel does'
const RESERVED = "is the cluster's own: name another, or set createNamespace to false"
const ONE_POLLER = 'must be 1 with polling: Telegram gives the updates of a bot to one poller only'

const isPersistent = (s: ParsedSettings) => s.logPersistence !== 'false'
const leastClaim = (s: ParsedSettings) => amountOf(s.logVolume) + amountOf(STATE_VOLUME)
const SMALL_CLAIM = `must be at least logVolume and ${STATE_VOLUME} for the collector's state`

/**
 * Combinations that cannot be: the setting to change, what is wrong, and whether it has to go. Of a setting the first
 * broken form or rule is told; a rule sees the others as they stand, so it must not mind those of a wrong form.
 */
const RULES: [
  at: keyof ParsedSettings,
  message: string,
  isBroken: (s: ParsedSettings) => unknown,
  remedy?: 'remove',
][] = [
  ['image', NO_DIGEST, (s) => !s.allowImageTags && !pinned(s.image)],
  ['namespace', RESERVED, (s) => s.createNamespace && /^(default$|kube-)/.test(s.namespace ?? '')],
  ['proxy', PROXY, (s) => isInstalled(s) && s.proxy, 'remove'],
  ['replicas', ONE_POLLER, (s) => s.receive === 'polling' && (s.replicas ?? 1) > 1],
  ['webhookHost', MISSING, (s) => isWebhook(s) && !s.webhookHost],
  ['webhookNamespaces', MISSING, (s) => isWebhook(s) && s.webhookNamespaces.length === 0],
  ['webhookGateway', MISSING, (s) => isWebhook(s) && s.webhookRoute === 'gateway' && !s.webhookGateway],
  ['botResources', OVER_LIMIT, (s) => !withinLimits(botResources(s.botResources))],
  ['logPersistence', ONE_CLAIM, (s) => isWebhook(s) && isPersistent(s), 'remove'],
  ['logPersistence', NO_PLACE, (s) => isInstalled(s) && isPersistent(s), 'remove'],
  ['logPersistence', SMALL_CLAIM, (s) => isPersistent(s) && amountOf(s.logPersistence) < leastClaim(s)],
  ['collector', ONLY_OTEL, (s) => hasStore(s) && !isOtel(s)],
  ['collectorImage', MISSING, (s) => !s.allowImageTags && !s.collectorImage],
  ['collectorImage', NO_DIGEST, (s) => !s.allowImageTags && !pinned(s.collectorImage)],
  [
    'collectorResources',
    OVER_LIMIT,
    (s) => !withinLimits(collectorResources(s.collector, s.collectorResources)),
  ],
  ['logStoreImage', MISSING, (s) => hasStore(s) && !s.allowImageTags && !s.logStoreImage],
  ['logStoreImage', NO_DIGEST, (s) => hasStore(s) && !s.allowImageTags && !pinned(s.logStoreImage)],
  ['logStoreResources', OVER_LIMIT, (s) => !withinLimits(logStoreResources(s.logStoreResources))],
  ['sumoEndpoint', BESIDE_STORE, (s) => hasStore(s) && s.sumoEndpoint, 'remove'],
  ['sumoInstallationToken', BESIDE_STORE, (s) => hasStore(s) && s.sumoInstallationToken, 'remove'],
  ['sumoEndpoint', MISSING, (s) => isOtel(s) && !hasStore(s) && !s.sumoEndpoint && !s.sumoInstallationToken],
  [
    'sumoInstallationToken',
    'and sumoEndpoint exclude each other; leave one',
    (s) => isOtel(s) && s.sumoEndpoint && s.sumoInstallationToken,
    'remove',
  ],
  [
    'sumoInstallationToken',
    'and sumoAccessId with sumoAccessKey exclude each other; leave one way',
    (s) => isInstalled(s) && s.sumoAccessId && s.sumoInstallationToken,
    'remove',
  ],
  ['sumoAccessId', MISSING, (s) => isInstalled(s) && !s.sumoAccessId && !s.sumoInstallationToken],
  ['sumoAccessKey', MISSING, (s) => isInstalled(s) && !s.sumoAccessKey && !s.sumoInstallationToken],
]

/** A stack's settings: the form of each, and the rules between them. */
export const SCHEMA = v.pipe(
  exactly(SETTINGS, 'is not a setting of this project'),
  v.rawCheck(({ dataset, addIssue }) => {
    const input = dataset.value as ParsedSettings
    for (const [key, message, isBroken, remedy] of RULES) {
      if (!isBroken(input)) continue
      const path = { type: 'object', origin: 'value', input: { ...input }, key, value: input[key] } as const
      addIssue({ message, path: [path], expected: remedy ? 'never' : 'another value' })
    }
  }),
)
