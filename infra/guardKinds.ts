import type { Resources } from './given.ts'
import { bytesOf, coresOf, isSize } from './quantity.ts'
import type { Settings } from './settings.ts'
import type { Problem } from './settingsError.ts'

/** Refuses a setting: `what` completes the sentence that begins with the key, `value` is what to type. */
export interface Guard extends Problem {
  broken: (settings: Settings) => boolean
}

export const MISSING = 'is missing'

const pinned = (image: string) => /@sha256:[0-9a-f]{64}$/.test(image)
const tagged = (image: string) => /:[\w][\w.-]*$/.test(image) && !image.endsWith(':latest')
export const isUrl = (text: string) => URL.canParse(text) && /^https?:/.test(text)
export const isName = (text: string) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)

export function imageGuards(key: 'image' | 'collectorImage', value: string): Guard[] {
  return [
    { key, value, what: MISSING, broken: (s) => !s[key] },
    {
      key,
      value,
      what: 'has no digest: a tag can come to mean something else (allowImageTags permits it for a loaded image)',
      broken: (s) => !s.allowImageTags && !pinned(s[key] ?? ''),
    },
    {
      key,
      value,
      what: 'must end in a digest or in a tag other than latest, which is pulled at every start',
      broken: (s) => !pinned(s[key] ?? '') && !tagged(s[key] ?? ''),
    },
  ]
}

export function addressGuard(key: 'telegramApiRoot' | 'proxy' | 'sumoUrl', value: string): Guard {
  const what = 'must be an http or https address without user and password: it is kept in clear text'
  const fits = (text: string) => isUrl(text) && !new URL(text).username && !new URL(text).password
  return { key, value, what, broken: (s) => s[key] !== undefined && !fits(s[key]) }
}

export function choiceGuard(
  key: 'receive' | 'logLevel' | 'collector',
  choices: string[],
  value = choices[0],
): Guard {
  return { key, value, what: `must be ${choices.join(' or ')}`, broken: (s) => !choices.includes(s[key]) }
}

export function namesGuard(
  key: 'imagePullSecrets' | 'webhookNamespaces' | 'metricsNamespaces',
  value: string,
  fits: (name: string) => boolean,
): Guard {
  const what = 'must be names of lower-case letters, digits and hyphens'
  return { key, value, at: '[0]', what, broken: (s) => !s[key].every(fits) }
}

/** Without it the API server refuses the pod, or a mistyped key is lost. */
export function resourcesGuard(key: 'botResources' | 'collectorResources'): Guard {
  const what =
    'must be requests and limits of cpu (500m) and memory (256Mi) alone, and no request above its limit'
  return { key, what, broken: (s) => !areResources(s[key]) }
}

function areResources({ requests, limits, ...others }: Resources): boolean {
  const sides = [requests, limits]
  return (
    Object.keys(others).length === 0 &&
    sides.every((side) => Object.keys(side).every((name) => name === 'cpu' || name === 'memory')) &&
    sides.every(({ cpu, memory }) => coresOf(cpu) > 0 && isSize(memory)) &&
    coresOf(requests.cpu) <= coresOf(limits.cpu) &&
    bytesOf(requests.memory) <= bytesOf(limits.memory)
  )
}
