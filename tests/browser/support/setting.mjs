// What every file of tests sets up for itself: a gateway in an empty folder, a browser, and a merchant's SDK.
import { after, before } from 'node:test'
import { startGateway } from '../../sdk/js/support/gateway.mjs'
import { withBasic } from '../../sdk/js/support/bootpay.mjs'
import { openBrowser } from './browser.mjs'

/** Gives `take` a `{ gateway, browser, bootpay }` before the file's first test, and closes them after its last. */
export function setting(env, take) {
  let gateway, browser
  before(async () => {
    gateway = await startGateway({ env })
    browser = await openBrowser()
    await take({ gateway, browser, bootpay: withBasic(gateway) })
  }, { timeout: 60_000 })
  after(async () => {
    await browser?.close()
    await gateway?.stop()
  }, { timeout: 30_000 })
}
