// Who may do what: signing in with the keyboard, what a viewer sees; and the API's reference by another name of this machine.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { sitDown } from './support/browser.mjs'
import { BINARY, SANDBOX } from '../sdk/js/support/gateway.mjs'
import { ask, charge, issue } from './support/merchant.mjs'
import { setting } from './support/setting.mjs'

const PASSWORD = 'correct horse battery'
const bounded = { timeout: 60_000 }

let gateway, browser, bootpay
setting({ JADONG_CONSENT_HOLD: '1s' }, (here) => ({ gateway, browser, bootpay } = here))

async function addUser(name, role) {
  const child = spawn(BINARY, ['console', '--data', gateway.data, 'user', 'add', name, '--role', role], { stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin.end(`${PASSWORD}\n`)
  const [code] = await once(child, 'close')
  assert.equal(code, 0)
}

/** A browser that comes through a proxy: nothing opens to it by itself. */
async function fromElsewhere(options) {
  const desk = await sitDown(browser, gateway, options)
  await desk.page.context().setExtraHTTPHeaders({ 'x-forwarded-for': '203.0.113.9' })
  return desk
}

async function signIn(page, name) {
  await page.goto('/console')
  await page.waitForURL('**/console/sign-in')
  // The name has the focus by itself.
  await page.locator('#name:focus').waitFor()
  await page.keyboard.type(name)
  await page.keyboard.press('Tab')
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/console')
}

test('a viewer signs in by the keyboard, reads, and is given nothing to act with', bounded, async () => {
  await addUser('vera', 'viewer')
  const { billing_key } = await issue(bootpay)
  const paid = await charge(bootpay, billing_key)
  const ringing = ask(bootpay, { phone: '01000000007' })
  const desk = await fromElsewhere()
  const { page } = desk
  await signIn(page, 'vera')
  assert.match(await page.locator('.who').innerText(), /vera · 조회자/)
  for (const path of [`/console/receipts/${paid.receipt_id}`, `/console/keys/${billing_key}`, '/console/reserves', '/console/doubts']) {
    await page.goto(path)
    assert.equal(await page.locator('main form[method=post]').count(), 0, path)
  }
  await page.goto('/console/phone')
  await page.locator('article.phone').waitFor()
  assert.equal(await page.locator('main form[method=post]').count(), 0, 'no keypad')
  await desk.picture('phone-viewer')
  await page.getByRole('button', { name: '로그아웃' }).click()
  await page.waitForURL('**/console/sign-in')
  await ringing.answer
  await desk.leave()
})

test('whose session has ended is led to the form, by whatever page is open', bounded, async () => {
  await addUser('otto', 'operator')
  const desk = await fromElsewhere()
  const { page } = desk
  await signIn(page, 'otto')
  await page.goto('/console/receipts')
  const other = await page.context().newPage()
  await other.goto('/console/receipts')
  await other.getByRole('button', { name: '로그아웃' }).click()
  await other.waitForURL('**/console/sign-in')
  // Something changes; the first page asks for itself again, and is nobody's.
  await issue(bootpay).then(({ billing_key }) => charge(bootpay, billing_key))
  await page.waitForURL('**/console/sign-in', { timeout: 20_000 })
  // Its stream ends with the session, which the browser tells as an event.
  await desk.leave([/403 \(Forbidden\)/, /Error Code 403/, /^\[object Event\]$/])
})

test('the reference works offline and tries calls, also at localhost', bounded, async () => {
  const desk = await sitDown(browser, gateway)
  const { page } = desk
  await page.goto(`${gateway.url.replace('127.0.0.1', 'localhost')}/docs`)
  await page.locator('.opblock').first().waitFor()
  await page.locator('button.authorize').first().click()
  const dialog = page.locator('.modal-ux', { hasText: 'basic' })
  await dialog.getByLabel('Username').fill(SANDBOX.client_key)
  await dialog.getByLabel('Password').fill(SANDBOX.secret_key)
  await dialog.locator('button.authorize', { hasText: 'Authorize' }).first().click()
  await dialog.locator('button.close-modal').click()
  const block = page.locator('.opblock-get', { hasText: '/v2/receipt/{receipt_id}' }).first()
  await block.locator('.opblock-summary').click()
  await block.getByRole('button', { name: 'Try it out' }).click()
  await block.locator('input[placeholder="receipt_id"]').fill('6655069ca691573f1bb9c28a')
  await block.getByRole('button', { name: 'Execute' }).click()
  await block.locator('.live-responses-table').getByText('RC_NOT_FOUND').first().waitFor()
  await desk.picture('docs')
  await desk.leave([/404 \(Not Found\)/])
})
