import type { types } from '@pulumi/kubernetes'

/** Port of the bot's server: probes, metrics and, in webhook mode, Telegram's updates. */
export const BOT_PORT = 8080
/** Port of VictoriaLogs: intake, queries and web page. */
export const LOG_STORE_PORT = 9428

/** Name of the log store's Service. */
export const logStoreService = (instance: string) => `${instance}-logs`

/** Where the log store takes what the collector sends: the address of an OTLP Source of its own. */
export function logStoreIntake({ instance, namespace }: { instance: string; namespace: string }): string {
  const host = `${logStoreService(instance)}.${namespace}.svc`
  return `http://${host}:${LOG_STORE_PORT}/insert/opentelemetry/v1/logs`
}

/**
 * The rules of the pod: out to name servers and to the ports of these addresses, in to the bot's server from these
 * namespaces. A policy cannot name hosts, so ports are as narrow as it gets. The kubelet's probes need no rule.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function trafficRules(
  addresses: string[],
  namespaces: string[],
): Omit<types.input.networking.v1.NetworkPolicySpec, 'podSelector'> {
  return {
    policyTypes: ['Ingress', 'Egress'],
    egress: [
      { ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) },
      { ports: portsOf(addresses).map((port) => ({ protocol: 'TCP', port })) },
    ],
    ingress:
      namespaces.length === 0
        ? []
        : [
            {
              from: [
                {
                  namespaceSelector: {
                    matchExpressions: [
                      {
                        key: 'kubernetes.io/metadata.name',
                        operator: 'In',
                        values: [...new Set(namespaces)],
                      },
                    ],
                  },
                },
              ],
              ports: [{ protocol: 'TCP', port: BOT_PORT }],
            },
          ],
  }
}

/** The ports of http and https addresses, each once, in ascending order. */
export function portsOf(addresses: string[]): number[] {
  const ports = addresses.map((address) => {
    const { port, protocol } = new URL(address)
    return port ? Number(port) : protocol === 'http:' ? 80 : 443
  })
  return [...new Set(ports)].sort((a, b) => a - b)
}
