// A debit of which nobody knows: its resolution on the page, asking again, and a person's verdict.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sitDown } from './support/browser.mjs'
import { SANDBOX } from '../sdk/js/support/gateway.mjs'
import { charge, eventually, issue } from './support/merchant.mjs'
import { setting } from './support/setting.mjs'

let gateway, browser, bootpay
// The PG's silence is noticed after a second instead of half a minute.
setting({ JADONG_PG_READ_TIMEOUT: '300ms', JADONG_VERDICT_QUIET: '1s', JADONG_SEND_WITHIN: '1s', JADONG_START_GRACE: '1s' }, (here) => ({ gateway, browser, bootpay } = here))
const bounded = { timeout: 90_000 }

async function sandbox(method, path, body) {
  const basic = Buffer.from(`${SANDBOX.client_key}:${SANDBOX.secret_key}`).toString('base64')
  const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/json' }
  const answer = await fetch(`${gateway.url}/sandbox/${path}`, { method, headers, body: body && JSON.stringify(body) })
  assert.ok(answer.ok, await answer.clone().text())
  return answer.json()
}

/** The PG debits and says nothing; and then says nothing of it either. */
async function silentPg() {
  await sandbox('POST', 'faults', { on: 'charge', kind: 'drop-after', times: 1 })
  await sandbox('POST', 'faults', { on: 'find-payment', kind: 'drop-before', times: 1_000 })
  await sandbox('POST', 'faults', { on: 'net-cancel', kind: 'drop-before', times: 1_000 })
}

async function doubtful(billing_key) {
  await silentPg()
  const unknown = await charge(bootpay, billing_key)
  assert.equal(unknown.error_code, 'RC_CONFIRM_CRITICAL_FAILED', JSON.stringify(unknown))
  return unknown.receipt_id
}

test('what nobody knows is asked again by a click, and then known', bounded, async () => {
  const { billing_key } = await issue(bootpay)
  const receipt = await doubtful(billing_key)
  const desk = await sitDown(browser, gateway)
  const { page } = desk
  await page.goto('/console/doubts')
  const doubt = page.locator('article.doubt', { has: page.locator(`a[href$="${receipt}"]`) })
  await doubt.locator('.story li').first().waitFor()
  await desk.picture('doubts')
  // The steps grow far apart; the PG can be reached again, and a click asks it now.
  await eventually('some steps', async () => (await doubt.locator('.story li').count()) >= 3, 30_000)
  await sandbox('DELETE', 'faults')
  await doubt.getByRole('button', { name: '지금 PG에 다시 묻기' }).click()
  await page.getByText('결과를 모르는 출금이 없습니다').waitFor({ timeout: 20_000 })
  // Found paid, or the net-cancel came first and gave it back: known either way, and told the same on its page.
  const { status } = await bootpay.receiptPayment(receipt)
  assert.ok([1, -2].includes(status), `status ${status}`)
  await page.goto(`/console/receipts/${receipt}`)
  await page.locator('.verdict', { hasText: status === 1 ? '출금되었습니다' : '출금되지 않았습니다' }).waitFor()
  await desk.leave()
})

test('a person resolves what the PG does not tell, and the PG is believed first', bounded, async () => {
  const { billing_key } = await issue(bootpay)
  const receipt = await doubtful(billing_key)
  const desk = await sitDown(browser, gateway, { language: 'en' })
  const { page } = desk
  await page.goto('/console/doubts')
  await page.locator(`article.doubt a[href$="${receipt}"]`).first().waitFor()
  // After its hours the resolution ends, and the page says so without a reload.
  await sandbox('POST', 'clock', { advance: '2h' })
  await page.getByRole('link', { name: 'Resolve it' }).click({ timeout: 40_000 })
  await page.getByRole('heading', { level: 1 }).waitFor()
  await desk.picture('resolve')
  await sandbox('DELETE', 'faults')

  // Somebody errs: the PG, asked once more, knows of the debit.
  await page.getByLabel('No money moved').check()
  await page.getByLabel('How you know').fill('asked by telephone')
  await desk.picture('resolve-chosen')
  await page.getByRole('button', { name: 'Next: review' }).click()
  // Once more, and what it will do; nothing has happened yet.
  assert.match(await page.locator('main').innerText(), /order_id is free[\s\S]*you are believed[\s\S]*asked by telephone/)
  assert.equal((await bootpay.receiptPayment(receipt)).status, 2)
  await desk.picture('resolve-review')
  await page.getByRole('button', { name: /^Yes, / }).click()
  await page.getByText('Not possible').first().waitFor()
  assert.match(await page.locator('main').innerText(), /9,?900/, 'what the PG says instead')
  assert.notEqual((await bootpay.receiptPayment(receipt)).status, 20)
  await desk.picture('resolve-contradicted')

  await page.goto(`/console/doubts/${receipt}/settle`)
  await page.getByLabel('It was paid').check()
  await page.getByLabel('How you know').fill('asked by telephone')
  await page.getByRole('button', { name: 'Next: review' }).click()
  await page.getByRole('button', { name: /^Yes, / }).click()
  await page.waitForURL(`**/console/receipts/${receipt}`)
  const story = await page.locator('main').innerText()
  assert.match(story, /asked by telephone/)
  assert.match(story, /local/)
  await desk.picture('resolved')
  // An hour of silence is one line, until somebody unfolds it.
  const fold = page.locator('#story details', { hasText: 'Steps between' })
  assert.equal(await fold.locator('li').first().isVisible(), false)
  await fold.locator('summary').click()
  assert.ok((await fold.locator('li').count()) > 20)
  assert.ok(await fold.locator('li').first().isVisible())
  assert.equal((await bootpay.receiptPayment(receipt)).status, 1)
  await page.goto('/console/audit')
  assert.match(await page.locator('main').innerText(), /Resolve/)
  await desk.leave([/409 \(Conflict\)/])
})
