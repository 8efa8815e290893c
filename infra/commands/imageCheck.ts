import type { Settings } from '../settings/settings.ts'
import { kubectl } from './kubectl.ts'
import { output } from './run.ts'
import type { Check } from './table.ts'

/** An image without a digest and a registry was loaded into the cluster, so it has to be there. */
export async function checkImage({ allowImageTags, image: name, context, stack }: Settings): Promise<Check> {
  const what = 'image'
  if (!allowImageTags || name.includes('@')) return { what, state: 'ok', says: `${name} will be pulled` }
  const list = await imagesOf(context).catch(() => undefined)
  if (list?.images.some((loaded) => loaded === name || loaded.endsWith(`/${name}`))) {
    return { what, state: 'ok', says: `${name} is loaded` }
  }
  if (hasRegistry(name))
    return { what, state: 'unknown', says: `${name} is not loaded; the node may pull it` }
  if (!list?.complete)
    return { what, state: 'unknown', says: `${name} is not in the node's list, which may be late` }
  return {
    what,
    state: 'red',
    says: `${name} is not in Minikube`,
    remedy: `npm run image -- --stack ${stack}`,
  }
}

/** The part before the first slash is a host where it has a dot or a port, or is localhost, as docker reads it. */
function hasRegistry(name: string): boolean {
  return /^([^/]*[.:][^/]*|localhost)\//.test(name)
}

/** Minikube's own list, or what the nodes report: that one is up to a minute late and holds 50 images at most. */
async function imagesOf(context: string): Promise<{ images: string[]; complete: boolean }> {
  if (context === 'minikube') {
    const list = await output('minikube', ['image', 'ls']).catch(() => undefined)
    if (list) return { images: list.split(/\s+/), complete: true }
  }
  const nodes = await kubectl(context, ['get', 'nodes'])
  const images = nodes.items.flatMap((node: { status: { images?: { names: string[] | null }[] } }) =>
    (node.status.images ?? []).flatMap(({ names }) => names ?? []),
  )
  return { images, complete: false }
}
