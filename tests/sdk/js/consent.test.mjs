// Customers who take longer than the gateway holds the request: 41 comes first, and publish tells.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertRefused, registration, withBasic } from './support/bootpay.mjs'
import { startGateway } from './support/gateway.mjs'

let gateway
let bootpay
before(async () => {
  gateway = await startGateway({ env: { JADONG_CONSENT_HOLD: '300ms' } })
  bootpay = withBasic(gateway)
})
after(() => gateway?.stop())

const request = (phone) => bootpay.requestSubscribeAutomaticTransferBillingKey(registration({ phone }))

test('publish before the consent → SUBSCRIBE_REQUEST_FAILED, as often as it is asked', async () => {
  const { receipt_id, status } = await request('01000000010')
  assert.equal(status, 41)
  await assertRefused(bootpay.publishAutomaticTransferBillingKey(receipt_id), 'SUBSCRIBE_REQUEST_FAILED')
  await assertRefused(bootpay.publishAutomaticTransferBillingKey(receipt_id), 'SUBSCRIBE_REQUEST_FAILED')
})

test('publish again after the consent → the key', async () => {
  const { receipt_id, status } = await request('01000000009') // agrees after 5 s
  assert.equal(status, 41)
  const published = await publishUntilAgreed(receipt_id, 20_000)
  assert.equal(published.status, 1, JSON.stringify(published))
  assert.match(published.billing_key, /^[0-9a-f]{24}$/)
})

test('publish of a key with a first payment takes it', async () => {
  const asked = registration({ price: 1000, order_name: '첫 달 이용료' })
  const { receipt_id, price } = await bootpay.requestSubscribeAutomaticTransferBillingKey(asked)
  assert.equal(price, 1000)
  const answer = await publishUntilAgreed(receipt_id, 5_000)
  assert.equal(answer.receipt_data?.status, 1, JSON.stringify(answer))
  assert.equal(answer.receipt_data.order_id, asked.subscription_id)
  const payment = await bootpay.receiptPayment(answer.receipt_data.receipt_id)
  assert.deepEqual(payment, answer.receipt_data)
})

/** What a merchant does: ask again while the answer is SUBSCRIBE_REQUEST_FAILED, and only then. */
async function publishUntilAgreed(receiptId, msMax) {
  const end = Date.now() + msMax
  while (Date.now() < end) {
    const answer = await bootpay.publishAutomaticTransferBillingKey(receiptId).catch((refused) => refused)
    if (answer.error_code !== 'SUBSCRIBE_REQUEST_FAILED') return answer
    await sleep(250)
  }
  assert.fail(`no consent after ${msMax} ms`)
}
