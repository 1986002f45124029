// What became of a debit, on the pages: declined, in doubt and resolved; requests that went wrong, and their curl.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { sitDown } from './support/browser.mjs'
import { SANDBOX } from '../sdk/js/support/gateway.mjs'
import { ask, charge, eventually, issue } from './support/merchant.mjs'
import { setting } from './support/setting.mjs'

let gateway, browser, bootpay
// The PG's silence is noticed after a second instead of half a minute.
setting({ JADONG_PG_READ_TIMEOUT: '1s', JADONG_VERDICT_QUIET: '1s', JADONG_SEND_WITHIN: '2s', JADONG_START_GRACE: '2s' }, (here) => ({ gateway, browser, bootpay } = here))
const bounded = { timeout: 60_000 }
const SECRETS = { bank_account: '98765432109876', identity_no: '881231', phone: '01098712345', username: '임꺽정' }

test('the timeline shows a consent, its key, and a declined debit with its reason', bounded, async () => {
  const desk = await sitDown(browser, gateway)
  const { page } = desk
  const asked = await ask(bootpay, { bank_account: '12345678900001' }).answer
  const { billing_key } = await bootpay.publishAutomaticTransferBillingKey(asked.receipt_id)
  await page.goto(`/console/receipts/${asked.receipt_id}`)
  const story = await page.locator('main').innerText()
  assert.match(story, /consented|동의/)
  assert.ok(story.includes(billing_key), story)
  await desk.picture('receipt-issued')
  const declined = await charge(bootpay, billing_key)
  assert.equal(declined.error_code, 'RC_CONFIRM_FAILED', JSON.stringify(declined))
  await page.goto(`/console/receipts/${declined.receipt_id}`)
  assert.match(await page.locator('main').innerText(), /잔액이? ?부족/)
  await desk.picture('receipt-declined')
  await page.goto('/console')
  await page.getByText('잔액 부족').waitFor()
  await desk.leave()
})

test('what was said to the PG is on the page, without an account, and a cancel sent twice gives back once', bounded, async () => {
  const desk = await sitDown(browser, gateway)
  const { page } = desk
  const { billing_key } = await issue(bootpay, { bank_account: SECRETS.bank_account })
  const paid = await charge(bootpay, billing_key)
  await page.goto(`/console/receipts/${paid.receipt_id}`)
  await page.locator('#pg-calls summary').click()
  assert.match(await page.locator('#pg-calls').innerText(), /charge\s+9,900원[\s\S]*done/)
  await page.locator('#aside summary', { hasText: '결제 취소' }).click()
  await page.getByLabel('금액').fill('3000')
  await page.getByRole('button', { name: '취소합니다' }).dblclick()
  // The page is read again after the act; what it shows is there without a reload too.
  await page.locator('#story').getByText('3,000원').first().waitFor()
  const told = await bootpay.receiptPayment(paid.receipt_id)
  assert.equal(told.cancelled_price, 3000, JSON.stringify(told))
  await page.locator('#pg-calls summary').click()
  const calls = await page.locator('#pg-calls').innerText()
  assert.match(calls, /cancel\s+3,000원/)
  for (const value of Object.values(SECRETS)) assert.ok(!calls.includes(value), `${value} is on the page`)
  await desk.picture('receipt-cancelled')
  await desk.leave()
})

test('an in-doubt debit that happened becomes paid on the page, without a reload', bounded, async () => {
  const desk = await sitDown(browser, gateway, { language: 'en' })
  const { page } = desk
  const { billing_key } = await issue(bootpay, { bank_account: '12345678900007' })
  const unknown = await charge(bootpay, billing_key)
  assert.equal(unknown.error_code, 'RC_CONFIRM_CRITICAL_FAILED', JSON.stringify(unknown))
  await page.goto(`/console/receipts/${unknown.receipt_id}`)
  await desk.picture('receipt-in-doubt')
  await page.locator('.verdict', { hasText: /was debited|paid|debited/i }).waitFor({ timeout: 20_000 })
  const receipt = await bootpay.receiptPayment(unknown.receipt_id)
  assert.equal(receipt.status, 1, JSON.stringify(receipt))
  await desk.picture('receipt-resolved')
  await desk.leave()
})

test('a request that went wrong says why, and its curl works in a shell', bounded, async () => {
  const desk = await sitDown(browser, gateway)
  const { page } = desk
  await page.goto('/console/requests?only=errors')
  const wrong = await ask(bootpay, { bank_name: '국만은행', ...SECRETS }).answer
  assert.equal(wrong.error_code, 'SUBSCRIBE_AT_BLANK_NOT_FOUND')
  // The list is live.
  await page.getByText('SUBSCRIBE_AT_BLANK_NOT_FOUND').first().waitFor()
  await desk.picture('requests')
  await page.locator('#list tbody a').first().click()
  await page.getByText(/^JavaScript \d/).waitFor()
  const text = await page.locator('main').innerText()
  assert.match(text, /국민은행/, 'the hint names the nearest bank')
  for (const value of Object.values(SECRETS)) assert.ok(!text.includes(value), `${value} is on the page`)
  await page.getByRole('button', { name: '복사' }).click()
  const curl = await page.evaluate(() => navigator.clipboard.readText())
  await desk.picture('request')
  const env = { PATH: process.env.PATH, NO_PROXY: '127.0.0.1', JADONG_CLIENT_KEY: SANDBOX.client_key, JADONG_SECRET_KEY: SANDBOX.secret_key }
  const again = await promisify(execFile)('sh', ['-c', curl], { env, timeout: 20_000 })
  assert.equal(JSON.parse(again.stdout).error_code, 'SUBSCRIBE_AT_BLANK_NOT_FOUND', again.stdout)
  const mended = await promisify(execFile)('sh', ['-c', curl.replace('국만은행', '국민은행')], { env, timeout: 20_000 })
  assert.equal(JSON.parse(mended.stdout).status, 41, mended.stdout)
  await desk.leave()
})

test('a fault that is switched on breaks the next debit, and is gone', bounded, async () => {
  const desk = await sitDown(browser, gateway)
  const { page } = desk
  const { billing_key } = await issue(bootpay)
  await page.goto('/console/faults')
  await page.getByLabel('어느 호출').selectOption('charge')
  await page.getByLabel('어떻게').selectOption('drop-after')
  await page.getByRole('button', { name: '켜기' }).click()
  await page.locator('#waiting tbody tr').waitFor()
  await desk.picture('faults')
  const broken = await charge(bootpay, billing_key)
  assert.equal(broken.error_code, 'RC_CONFIRM_CRITICAL_FAILED', JSON.stringify(broken))
  await page.goto('/console/faults')
  await page.getByText('켜진 장애가 없습니다').waitFor()
  // Done at the PG, and found there.
  await eventually('the verdict', async () => (await bootpay.receiptPayment(broken.receipt_id)).status === 1, 20_000)
  await desk.leave()
})

test('the overview counts what happened, as it happens', bounded, async () => {
  const desk = await sitDown(browser, gateway, { language: 'en' })
  await desk.page.goto('/console')
  const issued = Number(await desk.page.locator('.tiles li', { hasText: 'Keys issued' }).locator('strong').innerText())
  assert.ok(issued >= 3, `${issued} keys`)
  await issue(bootpay)
  await desk.page.locator('.tiles strong', { hasText: String(issued + 1) }).first().waitFor()
  await desk.picture('overview')
  await desk.leave()
})
