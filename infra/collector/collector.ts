import type { types } from '@pulumi/kubernetes'
import type { PodSecurity } from '../hardening.ts'

/** A collector as the pod takes it: everything that differs from one kind to the next. */
export interface Collector {
  image: string
  args?: string[]
  /** The file of config-data, and the folder where the collector looks for it. */
  file: { folder: string; name: string; content: string }
  /** Parameters, as environment. */
  parameters: Record<string, string>
  /** Secrets, as environment: a Secret of the collector's own. */
  secrets: Record<string, string>
  /** Folder of the state volume, for offsets and queue; none: the state is in the container's layer. */
  stateFolder?: string
  securityContext: types.input.core.v1.SecurityContext
  podSecurity: PodSecurity
  livenessProbe?: types.input.core.v1.Probe
  /** LOG_LINGER_MS of the bot: its last line has to be read before the collector is stopped. */
  lingerMs: number
  /** From the collector's SIGTERM to its exit at the latest, in ms. */
  flushMs: number
  /** What it calls; the NetworkPolicy opens these ports. */
  addresses: string[]
}

/** The folder of the log files, in both containers. */
export const LOG_FOLDER = '/data/logs'
