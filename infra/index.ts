import * as k8s from '@pulumi/kubernetes'
import * as pulumi from '@pulumi/pulumi'
import bitacora from '../package.json' with { type: 'json' }
import { botOf } from './bot.ts'
import { collectorOf } from './collector/index.ts'
import { podSecurityLabels } from './hardening.ts'
import { LogStore } from './logStore.ts'
import { logStoreService } from './network.ts'
import { stackSettings } from './settings/stack.ts'
import { TelegramBot } from './telegramBot.ts'

const settings = stackSettings()
const collector = collectorOf(settings)

const provider = new k8s.Provider('cluster', { context: settings.context })

export const namespace = settings.createNamespace
  ? new k8s.core.v1.Namespace(
      'namespace',
      { metadata: { name: settings.namespace, labels: podSecurityLabels(collector.podSecurity) } },
      { provider },
    ).metadata.name
  : settings.namespace

const { deployment, selector } = new TelegramBot(
  settings.project,
  {
    ...settings,
    namespace,
    version: bitacora.version,
    bot: botOf(settings, collector.lingerMs),
    collector,
  },
  { provider },
)

if (settings.logStore === 'victorialogs') {
  new LogStore(
    `${settings.project}-logs`,
    {
      namespace,
      service: logStoreService(settings.instance),
      instance: settings.instance,
      partOf: settings.project,
      image: settings.logStoreImage,
      imagePullSecrets: settings.imagePullSecrets,
      retention: settings.logStoreRetention,
      size: settings.logStoreSize,
      persistent: settings.logPersistence !== undefined,
      resources: settings.logStoreResources,
      clients: selector,
    },
    { provider },
  )
}

export { deployment }

/** What runs now: a preview of other settings keeps it. */
export const { image } = settings

/** The command that follows the bot's log. */
export const followLog = pulumi.interpolate`kubectl --context ${settings.context} --namespace ${namespace} logs --follow deployment/${deployment}`
