import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTelegram, type Telegram } from '../telegram/server.ts'
import { chromiumPath, launchChromium } from './chromium.ts'
import { type Page as PageServer, startPage } from './server.ts'

const STARTUP_MS = 60_000
const MANY = 100_000
/** What the document may hold of them: some screenfuls. */
const FEW = 200

const line = (n: number, more = {}) =>
  `${JSON.stringify({ timestamp: '2026-11-24T12:00:00.000Z', level: 'info', message: `line-${n}`, seq: n, ...more })}\n`

describe.skipIf(!chromiumPath)('the log in a browser', () => {
  let telegram: Telegram
  let server: PageServer
  let browser: Browser
  let page: Page
  let logDir: string
  const write = (text: string) => appendFileSync(join(logDir, 'bot.log'), text)

  beforeAll(async () => {
    browser = await launchChromium()
  }, STARTUP_MS)
  afterAll(() => browser?.close())

  beforeEach(async (t) => {
    logDir = mkdtempSync(join(tmpdir(), 'bitacora-log-'))
    telegram = await startTelegram()
    const token = telegram.newToken()
    server = await startPage({
      telegram,
      token,
      logDir,
      logName: 'logs',
      hint: '',
      host: '127.0.0.1',
      ports: [0],
    })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    t.onTestFinished(async () => {
      await page.close()
      await server.close()
      await telegram.close()
      rmSync(logDir, { recursive: true })
    })
    await page.goto(server.url)
    await page.locator('#chats input').first().waitFor({ state: 'attached' })
  })

  const rows = () => page.locator('#lines > li')
  const row = (message: string) =>
    rows().filter({ has: page.locator('.entry', { hasText: new RegExp(`^${message}(\\D|$)`) }) })
  const isFocused = (message: string) => row(message).locator('summary:focus').count()
  const total = (n: number) =>
    page.getByRole('radio', { name: `all ${n}`, exact: true }).waitFor({ state: 'attached' })
  const messages = () => page.locator('#lines .entry').allTextContents()

  test('a search narrows as it is typed, and every word of it has to occur', async () => {
    write([1, 2, 3, 12].map((n) => line(n, { feature: n === 12 ? 'tv' : 'help' })).join(''))
    await total(4)
    await page.getByLabel('Search the log').fill('TV line')
    await expect.poll(messages).toEqual([expect.stringContaining('line-12')])
    await page.getByText('1 found').waitFor()
    write(line(13, { feature: 'tv' }) + line(14))
    await page.getByText('2 found').waitFor()
    await page.getByLabel('Search the log').fill('')
    await expect.poll(messages).toHaveLength(6)
  })

  test('one update or one chat is followed from one of its lines, until everything is wanted again', async () => {
    write([1, 2, 3, 4].map((n) => line(n, { update_id: n > 2 ? 9 : n, chat_id: n % 2 })).join(''))
    await row('line-4').click()
    await row('line-4').getByRole('button', { name: 'This update' }).click()
    await expect.poll(messages).toEqual([expect.stringMatching(/^line-3/), expect.stringMatching(/^line-4/)])
    await row('line-3').click()
    await row('line-3').getByRole('button', { name: 'This chat' }).click()
    await expect.poll(messages).toEqual([expect.stringMatching(/^line-1/), expect.stringMatching(/^line-3/)])
    await page.getByRole('button', { name: 'chat 1 ×' }).click()
    await expect.poll(messages).toHaveLength(4)
  })

  test('a pause holds new lines back, and says how many', async () => {
    write(line(1))
    await row('line-1').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    write(line(2) + line(3))
    await page.getByRole('button', { name: 'Go on · 2 new' }).waitFor()
    expect(await messages()).toHaveLength(1)
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(messages).toHaveLength(3)
  })

  test('a line is copied as it was written', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    write(line(7))
    await row('line-7').click()
    await row('line-7').getByRole('button', { name: 'Copy' }).click()
    await row('line-7').getByRole('button', { name: 'Copied' }).waitFor()
    expect(`${await page.evaluate('navigator.clipboard.readText()')}\n`).toBe(line(7))
  })

  test('of 100,000 lines the document holds what is seen; the first is a key away, and a search finds any', async () => {
    write(Array.from({ length: MANY }, (_, n) => line(n)).join(''))
    await total(MANY)
    await row(`line-${MANY - 1}`).waitFor()
    expect(await rows().count()).toBeLessThan(FEW)

    await row(`line-${MANY - 1}`)
      .locator('summary')
      .focus()
    await page.keyboard.press('Home')
    await row('line-0').waitFor()
    expect(await isFocused('line-0')).toBe(1)
    expect(await rows().count()).toBeLessThan(FEW)
    await page.locator('#scroll').evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight / 2))
    await row(`line-${MANY / 2}`).waitFor()

    await page.getByLabel('Search the log').fill('line-77777"')
    await expect.poll(messages).toEqual(['line-77777'])
    await page.getByLabel('Search the log').fill('')

    await page.reload() // older lines come after the newest
    await total(MANY)
    await row(`line-${MANY - 1}`)
      .locator('summary')
      .focus()
    await page.keyboard.press('Home')
    await row('line-0').waitFor()
  })

  test('a reader who scrolled up stays where he is while lines arrive, at the end he goes along', async () => {
    write(Array.from({ length: 500 }, (_, n) => line(n)).join(''))
    await row('line-499').waitFor()
    await page.locator('#scroll').evaluate((scroller) => scroller.scrollTo(0, 3300))
    await row('line-100').waitFor()
    const before = await row('line-100').boundingBox()
    write(line(500))
    await total(501)
    expect(await row('line-100').boundingBox()).toEqual(before)
    await page.locator('#scroll').evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight))
    await row('line-500').waitFor()
    write(line(501))
    await row('line-501').waitFor()
  })
})
