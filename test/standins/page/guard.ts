import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Everything the page needs comes from its own server, and nobody may frame it. */
export const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'geolocation=(self)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

/**
 * Why a request is refused, or undefined. A foreign page can make the browser send requests here: it betrays itself by
 * its Origin, or, when its name was rebound to this machine, by a Host that is a name.
 */
export function refusal(request: IncomingMessage): string | undefined {
  const { host = '', origin } = request.headers
  const address = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : ''
  if (address !== 'localhost' && isIP(address.replace(/^\[|\]$/g, '')) === 0) {
    return 'Open the page by its IP address or as localhost.'
  }
  if (request.method !== 'POST') return undefined
  if (origin !== `http://${host}`) return 'Only the page itself may write here.'
  if (request.headers['content-type'] !== 'application/json') return 'Send application/json.'
  return undefined
}
