// Charging, reserving and cancelling through the SDK, once with each way of authentication.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { UNKNOWN_ID, assertRefused, issue, refusal, withBasic, withToken } from './support/bootpay.mjs'
import { startGateway } from './support/gateway.mjs'

let gateway
before(async () => { gateway = await startGateway() })
after(() => gateway?.stop())

const order = (billing_key, changes = {}) => ({
  billing_key,
  order_name: '정기구독 1회차',
  order_id: `order_${randomUUID()}`,
  price: 1000,
  user: { id: 'u1', username: '홍길동', phone: '01012345678' },
  ...changes
})

const inOneDay = () => new Date(Date.now() + 24 * 3600 * 1000)

for (const [name, connect] of [['Basic', withBasic], ['a legacy token', withToken]]) {
  describe(`with ${name}`, () => {
    let bootpay
    let key
    before(async () => {
      bootpay = await connect(gateway)
      key = (await issue(bootpay)).billing_key
    })

    test('charge → receipt → a part back → the rest back', async () => {
      const asked = order(key, { tax_free: 100, metadata: { round: 1 } })
      const paid = await bootpay.requestSubscribePayment(asked)
      assert.equal(paid.status, 1, JSON.stringify(paid))
      assert.equal(paid.status_locale, '결제완료')
      assert.deepEqual([paid.order_id, paid.price, paid.tax_free], [asked.order_id, 1000, 100])
      assert.deepEqual(Object.keys(paid.bank_data), ['tid', 'bank_code', 'bank_name', 'bank_account', 'bank_username'])
      assert.deepEqual(await bootpay.requestSubscribePayment(asked), paid, 'the same request is the same receipt')

      assert.deepEqual(await bootpay.receiptPayment(paid.receipt_id), paid)
      const told = await bootpay.receiptPayment(paid.receipt_id, true)
      assert.deepEqual(told.user, { id: 'u1', username: '홍길동', phone: '010****5678' })

      const part = { receipt_id: paid.receipt_id, cancel_price: 400, cancel_id: 'c1', cancel_username: '관리자' }
      const partly = await bootpay.cancelPayment(part)
      assert.deepEqual([partly.status, partly.cancelled_price], [1, 400])
      assert.deepEqual(await bootpay.cancelPayment(part), partly, 'the same cancel_id cancels once')
      const wholly = await bootpay.cancelPayment({ receipt_id: paid.receipt_id, cancel_id: 'c2' })
      assert.deepEqual([wholly.status, wholly.status_locale, wholly.cancelled_price], [20, '결제취소완료', 1000])
      await assertRefused(bootpay.cancelPayment({ receipt_id: paid.receipt_id }), 'RC_ALREADY_CANCELLED')
    })

    test('reserve → look up → revoke', async () => {
      const asked = order(key, { reserve_execute_at: inOneDay() })
      const reserved = await bootpay.subscribePaymentReserve(asked)
      assert.deepEqual(Object.keys(reserved), ['reserve_id', 'reserve_execute_at'])
      const waiting = await bootpay.subscribePaymentReserveLookup(reserved.reserve_id)
      assert.deepEqual([waiting.status, waiting.order_id, waiting.price], [0, asked.order_id, 1000])
      const revoked = await bootpay.cancelSubscribeReserve(reserved.reserve_id)
      assert.deepEqual(revoked, { reserve_id: reserved.reserve_id, success: true })
      assert.equal((await bootpay.subscribePaymentReserveLookup(reserved.reserve_id)).status, 3)
      await assertRefused(bootpay.cancelSubscribeReserve(reserved.reserve_id), 'RESERVE_NOT_WAITING')
    })

    test('a reserve whose time comes is paid', async () => {
      const soon = new Date(Date.now() + 1500)
      const { reserve_id } = await bootpay.subscribePaymentReserve(order(key, { reserve_execute_at: soon }))
      const done = await untilDone(bootpay, reserve_id, 10_000)
      assert.equal(done.status, 1, JSON.stringify(done))
      assert.equal((await bootpay.receiptPayment(done.receipt_id)).status, 1)
    })
  })
}

describe('a debit that is not taken', () => {
  let bootpay
  before(() => { bootpay = withBasic(gateway) })

  for (const [account, pgCode, reason] of [
    ['12345678900001', 'V301', 'insufficient_funds'],
    ['12345678900002', 'V302', 'account_closed'],
    ['12345678900005', 'V305', 'over_limit']
  ]) {
    test(`${reason} → RC_CONFIRM_FAILED`, async () => {
      const { billing_key } = await issue(bootpay, { bank_account: account })
      const body = await refusal(bootpay.requestSubscribePayment(order(billing_key)))
      assert.equal(body.error_code, 'RC_CONFIRM_FAILED')
      assert.equal(body.pg_error_code, pgCode)
      assert.ok(body.hint.startsWith(reason), JSON.stringify(body))
      assert.equal((await bootpay.receiptPayment(body.receipt_id)).status, -2)
    })
  }

  test('a different request with the same order_id → RC_ORDER_ID_CONFLICT', async () => {
    const { billing_key } = await issue(bootpay)
    const asked = order(billing_key)
    await bootpay.requestSubscribePayment(asked)
    await assertRefused(bootpay.requestSubscribePayment({ ...asked, price: 2000 }), 'RC_ORDER_ID_CONFLICT')
  })

  test('a destroyed key → SUBSCRIBE_BK_EXPIRED', async () => {
    const { billing_key } = await issue(bootpay)
    await bootpay.destroyBillingKey(billing_key)
    await assertRefused(bootpay.requestSubscribePayment(order(billing_key)), 'SUBSCRIBE_BK_EXPIRED')
  })

  test('ids that this project does not have', async () => {
    await assertRefused(bootpay.requestSubscribePayment(order(UNKNOWN_ID)), 'RC_NOT_FOUND')
    await assertRefused(bootpay.cancelPayment({ receipt_id: UNKNOWN_ID }), 'RC_NOT_FOUND')
    await assertRefused(bootpay.subscribePaymentReserveLookup(UNKNOWN_ID), 'RESERVE_NOT_FOUND')
  })
})

async function untilDone(bootpay, reserveId, msMax) {
  const end = Date.now() + msMax
  while (Date.now() < end) {
    const reserve = await bootpay.subscribePaymentReserveLookup(reserveId)
    if (reserve.status !== 0) return reserve
    await sleep(100)
  }
  assert.fail(`the reserve has not run after ${msMax} ms`)
}
