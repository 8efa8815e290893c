import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Where the system's browser is. */
export const chromiumPath = PLACES.find((place) => place && existsSync(place))

if (!chromiumPath) {
  console.warn('The page is not tested: no Chromium here. Install it, or set CHROMIUM_PATH.')
}

/** A headless browser that calls nobody but the page. */
export const launchChromium = () =>
  chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
