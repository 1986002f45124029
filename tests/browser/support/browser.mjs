// Debian's Chromium, with a guard: what is asked of any other machine than this one is written down and not sent.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

/** Pictures for a person to look at; nothing compares them. */
export const PICTURES = process.env.JADONG_PICTURES ?? join(tmpdir(), 'jadong-pictures')
mkdirSync(PICTURES, { recursive: true })

export const DESKTOP = { width: 1280, height: 900 }
export const TELEPHONE = { width: 390, height: 844 }

export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync'
    ]
  })
}

/** A person in front of the console: language `ko` or `en`, theme `light` or `dark`. Close it with `leave`. */
export async function sitDown(browser, gateway, { language = 'ko', theme = 'light', size = DESKTOP } = {}) {
  const context = await browser.newContext({
    baseURL: gateway.url,
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
    colorScheme: theme,
    // What fades in is measured when it is there.
    reducedMotion: 'reduce',
    viewport: size,
    // Set by the machine's environment for the registries; the gateway is on loopback.
    proxy: undefined,
    permissions: ['clipboard-read', 'clipboard-write']
  })
  context.setDefaultTimeout(10_000)
  const outside = []
  const complaints = []
  await context.route('**/*', (route) => {
    const { protocol, hostname } = new URL(route.request().url())
    if (['data:', 'blob:'].includes(protocol) || ['127.0.0.1', 'localhost'].includes(hostname)) return route.continue()
    outside.push(route.request().url())
    return route.abort()
  })
  const page = await context.newPage()
  page.on('pageerror', (error) => complaints.push(error.message))
  // A picture hides the caret by a style of its own, which the page's policy refuses when a live update comes upon it.
  let isPosing = false
  page.on('console', (message) => {
    if (message.type() !== 'error' || (isPosing && message.text().startsWith('Applying inline style'))) return
    complaints.push(message.text())
  })
  return {
    page,
    complaints,
    async picture(name) {
      isPosing = true
      await page.screenshot({ path: join(PICTURES, `${name}-${language}-${theme}-${size.width}.png`), fullPage: true })
      isPosing = false
    },
    /** `expected`: what the browser may complain about, such as a refusal's status. */
    async leave(expected = []) {
      await context.close()
      assert.deepEqual(outside, [], 'requests that would have left this machine')
      const others = complaints.filter((complaint) => !expected.some((one) => one.test(complaint)))
      assert.deepEqual(others, [], 'what the browser complained about')
    }
  }
}
