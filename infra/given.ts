/** CPU and memory of one container, in Kubernetes' quantities. */
export interface Resources {
  requests: { cpu: string; memory: string }
  limits: { cpu: string; memory: string }
}

/** The keys that a stack may set, with the types of Pulumi.yaml. */
export interface Given {
  context?: string
  image?: string
  allowImageTags?: boolean
  imagePullSecrets?: string[]
  namespace?: string
  createNamespace?: boolean
  telegramToken?: string
  telegramApiRoot?: string
  proxy?: string
  timeZone?: string
  receive?: string
  replicas?: number
  webhookHost?: string
  webhookTlsSecret?: string
  webhookNamespaces?: string[]
  ingressClass?: string
  ingressAnnotations?: Record<string, string>
  metricsNamespaces?: string[]
  botResources?: Partial<Resources>
  logLevel?: string
  logContent?: boolean
  logStdout?: boolean
  logVolume?: string
  collector?: string
  collectorImage?: string
  collectorResources?: Partial<Resources>
  sumoEndpoint?: string
  sumoInstallationToken?: string
  sumoAccessId?: string
  sumoAccessKey?: string
  sumoUrl?: string
  sumoCategory?: string
}
