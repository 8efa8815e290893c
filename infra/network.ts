import type { types } from '@pulumi/kubernetes'

/** Port of the bot's server: probes, metrics and, in webhook mode, Telegram's updates. */
export const BOT_PORT = 8080

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
