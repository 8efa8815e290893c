import { LOG_FOLDER } from './collector/collector.ts'
import { BOT_PORT } from './network.ts'
import { rotationFor } from './settings/logVolume.ts'
import type { Settings } from './settings/settings.ts'
import { type Webhook, webhookUrl } from './webhook.ts'

/** The bot as the pod takes it: everything that another bot would have otherwise. */
export interface Bot {
  image: string
  /** Parameters, as environment. */
  parameters: Record<string, string>
  /** Secrets, as environment: a Secret of the bot's own. */
  secrets: Record<string, string>
  /** What it calls; the NetworkPolicy opens these ports. */
  addresses: string[]
  /** Namespaces that may reach its server. */
  callers: string[]
  /** Where Telegram posts to; none: the bot polls. */
  webhook?: Webhook
}

/** The bot of the stack; bot/config.ts reads its environment. */
export function botOf(settings: Settings, lingerMs: number): Bot {
  const { webhookHost: host, proxy, noProxy } = settings
  const { maxFileSize, maxFiles } = rotationFor(settings.logVolume)
  const webhook = settings.receive === 'webhook' && host !== undefined
  return {
    image: settings.image,
    parameters: {
      LOG_LEVEL: settings.logLevel,
      LOG_DIR: LOG_FOLDER,
      LOG_MAX_FILE_SIZE: maxFileSize,
      LOG_MAX_FILES: String(maxFiles),
      LOG_STDOUT: String(settings.logStdout),
      LOG_LINGER_MS: String(lingerMs),
      LOG_CONTENT: String(settings.logContent),
      TELEGRAM_API_ROOT: settings.telegramApiRoot,
      ...(proxy && { HTTPS_PROXY: proxy }),
      ...(proxy && noProxy && { NO_PROXY: noProxy }),
      RECEIVE: settings.receive,
      ...(webhook && { WEBHOOK_URL: webhookUrl(host) }),
      PORT: String(BOT_PORT),
      TZ: settings.timeZone,
    },
    secrets: { TELEGRAM_TOKEN: settings.telegramToken },
    addresses: [settings.telegramApiRoot, ...(proxy ? [proxy] : [])],
    callers: [...settings.metricsNamespaces, ...(webhook ? settings.webhookNamespaces : [])],
    ...(webhook && {
      webhook: { host, route: routeOf(settings) },
    }),
  }
}

function routeOf(settings: Settings): Webhook['route'] {
  const { webhookRoute: via, webhookGateway: gateway = '' } = settings
  if (via === 'gateway') return { via, gateway }
  const { ingressClass: className, ingressAnnotations: annotations, webhookTlsSecret: tlsSecret } = settings
  return { via, className, annotations, tlsSecret }
}
