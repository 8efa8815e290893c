import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WAIT_TIMEOUT_MS } from '../../support/feed.ts'
import { chromiumPath, launchChromium } from './chromium.ts'
import { type Dev, runDev } from './runDev.ts'

/** A browser and the bot, on a busy machine. */
const STARTUP_MS = 60_000
const NARROWEST = { width: 360, height: 740 }
const WIDE = { width: 1280, height: 800 }
const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** What axe-core finds in a page that is serious or critical. */
async function findSerious(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const violations = await page.evaluate<{ id: string; impact: string; nodes: { html: string }[] }[]>(
    "axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations)",
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`))
}

describe.skipIf(!chromiumPath)('in a browser', () => {
  let dev: Dev
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  const foreign: string[] = []

  beforeAll(async () => {
    ;[dev, browser] = await Promise.all([runDev('--port', '0'), launchChromium()])
    page = await browser.newPage({ viewport: WIDE, colorScheme: 'light' })
    page.setDefaultTimeout(8000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('request', (request) => request.url().startsWith(dev.url) || foreign.push(request.url()))
    await page.goto(dev.url)
    // The page knows its chats.
    await page.locator('#chats input').first().waitFor({ state: 'attached' })
    await dev.waitForEntry(({ message }) => message === 'identified')
  }, STARTUP_MS)
  afterAll(async () => {
    await browser?.close()
    await dev?.[Symbol.asyncDispose]()
  }, STARTUP_MS)

  const bubbles = () => page.getByRole('log', { name: 'Messages' }).getByRole('listitem')
  const bubble = (text: string | RegExp) => bubbles().filter({ hasText: text }).last()
  const say = async (text: string) => {
    await page.getByLabel('Message', { exact: true }).fill(text)
    await page.keyboard.press('Enter')
  }
  const answered = async (text: string | RegExp) => bubble(text).waitFor()
  const rows = () => page.locator('#lines > li:not(.note)').filter({ visible: true })
  const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')

  test('/start is answered', async () => {
    await say('/start')
    await answered('Hola, Marina')
  })

  test('a press on an inline button is answered', async () => {
    await say('/tv')
    await page.getByRole('button', { name: 'Daenerys Targaryen' }).last().click()
    await answered('A mi también me encantan los dragones!')
  })

  test('the keyboard of the bot asks for a location, and it is shared', async () => {
    await say('/busqueda_centro')
    await page.getByRole('button', { name: 'Compartime tu ubicacion' }).click()
    await page.getByLabel('Latitude').fill('-54.8')
    await page.getByLabel('Longitude').fill('-68.3')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await answered('Ubicacion es Lat:-54.8 - Long:-68.3')
  })

  test('markup in a text stays text, in the chat and in the bot’s answer', async () => {
    await say('/say_hi <img src=x onerror=document.title="mine">')
    await answered('Hola, <img src=x onerror=document.title="mine">')
    expect(await page.locator('#messages img').count()).toBe(0)
    expect(await page.title()).toBe('bitácora')
  })

  test('the menu is what the bot told Telegram, and is used by the keyboard alone', async () => {
    await page.getByRole('button', { name: 'Commands' }).click()
    await page.getByRole('option', { name: '/time' }).waitFor()
    await page.keyboard.type('ver')
    expect(await page.getByRole('option').allTextContents()).toEqual([expect.stringContaining('/version')])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await answered(/^\d+\.\d+\.\d+/)
  })

  test('in the group two people speak, and only what is addressed to the bot is answered', async () => {
    await page.getByRole('radio', { name: 'Tripulación' }).check({ force: true })
    await page.getByLabel('You are').selectOption('Simón')
    await say('who is there?')
    await say('/start@bitacora_bot')
    await answered('Hola, Simón')
    expect(await bubbles().count()).toBe(3)
  })

  test('a message leads to its line, which shows the whole JSON', async () => {
    await page.getByRole('radio', { name: 'Marina' }).check({ force: true })
    await say('/time')
    await answered('La hora es')
    const handled = rows().filter({ has: page.locator('.entry > b', { hasText: /^time$/ }) })
    await handled.waitFor()
    await bubble('/time').getByRole('button', { name: 'log' }).click()
    await handled.locator('details[open]').waitFor()
    const line = JSON.parse((await handled.locator('pre').textContent()) ?? '')
    expect(line).toMatchObject({ message: 'update handled', feature: 'time', outcome: 'ok' })
    expect(Object.keys(line).slice(0, 3)).toEqual(['timestamp', 'level', 'message'])
  })

  test('the filter hides what is less severe', async () => {
    await rows().first().waitFor()
    await page.getByRole('radio', { name: /^error/ }).check({ force: true })
    await expect.poll(() => rows().count()).toBe(0)
    await page.getByRole('radio', { name: /^all/ }).check({ force: true })
    expect(await rows().count()).toBeGreaterThan(3)
  })

  test('a row is reached and opened by the keyboard', async () => {
    await rows().first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    const open = rows().nth(1).locator('details[open]')
    expect(await open.locator('summary').evaluate((summary) => summary.matches(':focus-visible'))).toBe(true)
  })

  test('something else than a text is sent from a menu, by the keyboard alone', async () => {
    await page.getByRole('button', { name: 'Send something else' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await bubble('⛵').waitFor()
    await page.getByRole('button', { name: 'Send something else' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Album' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('menuitem').count()).toBe(0)
  })

  test('the weather at Telegram changes at a press, and the log shows how the bot rides it out', async () => {
    const weather = async (name: string) => {
      await page.getByRole('button', { name: /^Telegram:/ }).click()
      await page.getByRole('radio', { name: new RegExp(`^${name}`) }).check({ force: true })
      await page.keyboard.press('Escape')
    }
    await weather('broken proxy')
    await page.getByRole('button', { name: 'Telegram: broken proxy' }).waitFor()
    await dev.waitForEntry(
      ({ level, error }) => level === 'warn' && JSON.stringify(error ?? '').includes('502'),
    )
    await weather('calm')
    await say('/say_hi sol')
    await answered('Hola, sol')
  })

  test('the figures are drawn from the bot’s metrics, beside what the stand-in holds', async () => {
    await page.getByRole('radio', { name: 'Figures' }).check({ force: true })
    const plot = (name: RegExp) => page.getByRole('img', { name })
    await plot(/^Telegram’s answers per second, by code: .*200 /).waitFor({ timeout: WAIT_TIMEOUT_MS })
    await plot(/^Updates per second: updates \d/).waitFor()
    expect(await page.locator('#plots canvas').count()).toBe(4)
    await page.locator('#held').getByText('Updates not confirmed').waitFor()
    expect(Number(await page.locator('#held dd').nth(2).textContent())).toBeGreaterThan(5)
    await page.getByRole('radio', { name: 'Log', exact: true }).check({ force: true })
  })

  test('a narrow window shows one of chat, log and figures, and nothing beyond its edge', async () => {
    await page.setViewportSize(NARROWEST)
    const regions = ['Chat', 'Log', 'Figures'].map((name) => page.getByRole('region', { name }))
    for (const name of ['Chat', 'Log', 'Figures']) {
      await page.getByRole('radio', { name, exact: true }).check({ force: true })
      const visible = await Promise.all(regions.map((region) => region.isVisible()))
      expect(visible, name).toEqual(['Chat', 'Log', 'Figures'].map((other) => other === name))
      expect(await page.locator('html').evaluate((html) => html.scrollWidth), name).toBe(NARROWEST.width)
    }
    await page.setViewportSize(WIDE)
  })

  const states = ['light', 'dark'].flatMap((scheme) => [NARROWEST, WIDE].map((size) => ({ scheme, size })))
  test.each(states)('axe-core finds nothing serious: $scheme, $size.width px', async ({ scheme, size }) => {
    await page.emulateMedia({ colorScheme: scheme as 'light' | 'dark', reducedMotion: 'reduce' })
    await page.setViewportSize(size)
    for (const name of size === WIDE ? ['Log', 'Figures'] : ['Chat', 'Log', 'Figures']) {
      await page.getByRole('radio', { name, exact: true }).check({ force: true })
      expect(await findSerious(page), name).toEqual([])
    }
    await page.getByRole('button', { name: /^Telegram:/ }).click()
    expect(await findSerious(page), 'weather').toEqual([])
    await page.keyboard.press('Escape')
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(WIDE)
  })

  test('at night it is dark', async () => {
    const day = await background()
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await background()).not.toBe(day)
  })

  test('the browser has nothing to complain about, and nothing was asked of anybody else', () => {
    expect(complaints).toEqual([])
    expect(foreign).toEqual([])
  })
})
