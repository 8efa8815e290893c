interface Node {
  status: { addresses: { type: string; address: string }[] }
}

/**
 * This machine's address as the pods see it. Minikube's name server knows it as host.minikube.internal; a node that is
 * this machine needs no name.
 *
 * @param get kubectl's `get`, for one object or a list of them
 * @throws Error with kubectl's words when the cluster does not answer
 */
export async function hostAddress(
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind
  get: (...args: string[]) => Promise<any>,
): Promise<string> {
  const nodes: { items: Node[] } = await get('nodes')
  const names = await get('configmap', 'coredns', '--namespace', 'kube-system').catch(() => undefined)
  const entry = /^\s*(\S+)\s+host\.minikube\.internal$/m.exec(names?.data.Corefile ?? '')
  const own = nodes.items[0]?.status.addresses.find(({ type }) => type === 'InternalIP')
  return entry?.[1] ?? own?.address ?? ''
}
