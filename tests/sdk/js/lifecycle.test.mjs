// A billing key's whole life through the SDK, once with each way of authentication.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertRefused, issue, registration, withBasic, withToken } from './support/bootpay.mjs'
import { startGateway } from './support/gateway.mjs'

const ID = /^[0-9a-f]{24}$/
const SECOND_IN_SEOUL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/

const REQUESTED_KEYS = [
  'receipt_id', 'order_id', 'price', 'tax_free', 'cancelled_price', 'cancelled_tax_free', 'order_name', 'company_name',
  'gateway_url', 'metadata', 'sandbox', 'pg', 'method', 'method_symbol', 'method_origin', 'method_origin_symbol',
  'requested_at', 'status_locale', 'currency', 'status'
]
const PUBLISHED_KEYS = [
  'receipt_id', 'subscription_id', 'gateway_url', 'metadata', 'pg', 'method', 'method_symbol', 'method_origin',
  'method_origin_symbol', 'published_at', 'requested_at', 'status_locale', 'status', 'billing_key', 'billing_data',
  'billing_expire_at'
]
const KEY_KEYS = [
  'billing_key', 'pg', 'method', 'method_symbol', 'billing_data', 'version', 'sandbox', 'expire_at', 'published_at',
  'status'
]

let gateway
before(async () => { gateway = await startGateway() })
after(() => gateway?.stop())

for (const [name, connect] of [['Basic', withBasic], ['a legacy token', withToken]]) {
  describe(`with ${name}`, () => {
    let bootpay
    before(async () => { bootpay = await connect(gateway) })

    test('request → 41 → publish → 1 → lookups → destroy', async () => {
      const asked = registration({ metadata: { plan: '월간' } })

      const requested = await bootpay.requestSubscribeAutomaticTransferBillingKey(asked)
      assertRequested(requested, asked)
      const waiting = await bootpay.receiptPayment(requested.receipt_id, true)
      assert.equal(waiting.receipt_id, requested.receipt_id)
      assert.equal(waiting.status, 41)

      const published = await bootpay.publishAutomaticTransferBillingKey(requested.receipt_id)
      assertPublished(published, requested, asked)
      const receipt = await bootpay.receiptPayment(requested.receipt_id)
      assert.equal(receipt.order_id, asked.subscription_id)

      assert.deepEqual(await bootpay.lookupSubscribeBillingKey(requested.receipt_id), published)
      assertKey(await bootpay.lookupBillingKey(published.billing_key), published)

      const destroyed = await bootpay.destroyBillingKey(published.billing_key)
      assert.deepEqual(destroyed, { billing_key: published.billing_key })
      await assertRefused(bootpay.destroyBillingKey(published.billing_key), 'SUBSCRIBE_BK_EXPIRED')
    })

    test('a second publish is not ready', async () => {
      const { receipt_id } = await issue(bootpay)
      await assertRefused(bootpay.publishAutomaticTransferBillingKey(receipt_id), 'SUBSCRIBE_PUBLISH_NOT_READY')
    })

    test('the same request again gets the same receipt', async () => {
      const asked = registration()
      const first = await bootpay.requestSubscribeAutomaticTransferBillingKey(asked)
      const again = await bootpay.requestSubscribeAutomaticTransferBillingKey(asked)
      assert.deepEqual(again, first)
    })
  })
}

function assertRequested(answer, asked) {
  assert.deepEqual(Object.keys(answer), REQUESTED_KEYS)
  assert.match(answer.receipt_id, ID)
  assert.match(answer.requested_at, SECOND_IN_SEOUL)
  const { order_id, price, order_name, metadata, sandbox, pg, method_symbol, status_locale, currency, status } = answer
  assert.deepEqual(
    { order_id, price, order_name, metadata, sandbox, pg, method_symbol, status_locale, currency, status },
    {
      order_id: asked.subscription_id,
      price: 0,
      order_name: asked.order_name,
      metadata: asked.metadata,
      sandbox: true,
      pg: '나이스페이먼츠',
      method_symbol: 'automatic_transfer_rest',
      status_locale: '자동결제빌링키발급이전',
      currency: 'KRW',
      status: 41
    }
  )
}

function assertPublished(answer, requested, asked) {
  assert.deepEqual(Object.keys(answer), PUBLISHED_KEYS)
  assert.equal(answer.receipt_id, requested.receipt_id)
  assert.equal(answer.subscription_id, asked.subscription_id)
  assert.equal(answer.requested_at, requested.requested_at)
  assert.match(answer.published_at, SECOND_IN_SEOUL)
  assert.match(answer.billing_key, ID)
  assert.equal(answer.status, 1)
  assert.equal(answer.status_locale, '빌링키발급완료')
  assert.equal(answer.billing_expire_at, '2099-12-31T23:59:59+09:00')
  assert.deepEqual(Object.keys(answer.billing_data), ['bank_name', 'bank_code', 'bank_account', 'username'])
  assert.equal(answer.billing_data.bank_name, '국민')
  assert.equal(answer.billing_data.bank_code, '004')
  assert.equal(answer.billing_data.username, '홍길*')
  assert.match(answer.billing_data.bank_account, /\*/)
}

function assertKey(answer, published) {
  assert.deepEqual(Object.keys(answer), KEY_KEYS)
  assert.equal(answer.billing_key, published.billing_key)
  assert.deepEqual(answer.billing_data, published.billing_data)
  assert.equal(answer.expire_at, published.billing_expire_at)
  assert.equal(answer.published_at, published.published_at)
  // Here, and only here, sandbox is a number: see docs/reference/quirks.md.
  assert.deepEqual([answer.version, answer.sandbox, answer.status], [2, 1, 1])
}
