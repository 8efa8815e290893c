import * as pulumi from '@pulumi/pulumi'
import { readSettings, type Settings } from './settings.ts'

/** Where Pulumi tells a Node.js program which keys of its configuration are encrypted. */
const ENCRYPTED = 'PULUMI_CONFIG_SECRET_KEYS'

/**
 * The settings of the stack that is being deployed.
 *
 * @throws pulumi.RunError, whose message Pulumi prints without a stack trace
 */
export function stackSettings(): Settings {
  try {
    return readSettings({
      project: pulumi.getProject(),
      stack: pulumi.getStack(),
      config: pulumi.runtime.allConfig(),
      encrypted: JSON.parse(process.env[ENCRYPTED] ?? '[]'),
    })
  } catch (error) {
    throw new pulumi.RunError((error as Error).message)
  }
}
