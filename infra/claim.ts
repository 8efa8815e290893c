import * as k8s from '@pulumi/kubernetes'
import type { CustomResourceOptions, Input, Output } from '@pulumi/pulumi'

/** Name of the claim for a volume of this size: another size is another claim, for not every cluster can resize one. */
export const claimName = (base: string, size: string) => `${base}-${size.toLowerCase()}`

/**
 * A claim on a volume that outlives the pods that mount it, of the cluster's default StorageClass. Its name is known
 * beforehand, so that a PersistentVolume can be kept for it.
 *
 * @returns its name
 */
export function claimVolume(
  name: string,
  metadata: { namespace: Input<string>; labels: Record<string, string>; name: string },
  size: string,
  options: CustomResourceOptions,
): Output<string> {
  return new k8s.core.v1.PersistentVolumeClaim(
    name,
    {
      // A class may make the volume only once the pod has a node.
      metadata: {
        ...metadata,
        name: claimName(metadata.name, size),
        annotations: { 'pulumi.com/skipAwait': 'true' },
      },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: size } } },
    },
    options,
  ).metadata.name
}
