// A merchant whose backend uses the official SDK, against a gateway of its own.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { issue, registration, withBasic } from '../../sdk/js/support/bootpay.mjs'

export { issue, registration, withBasic }

/** Asks for a key, and does not wait: `answer` is the SDK's promise, `isOver()` whether it has an answer. */
export function ask(bootpay, changes = {}) {
  const asked = registration({ order_name: '월간 구독', ...changes })
  const asking = { asked, isOver: () => asking.over, over: false }
  asking.answer = bootpay.requestSubscribeAutomaticTransferBillingKey(asked).then(
    (answer) => {
      asking.over = true
      return answer
    },
    (refusal) => {
      asking.over = true
      if (refusal instanceof Error) throw refusal
      return refusal
    }
  )
  return asking
}

/** Charges `key`; the SDK's answer, or the refusal's body. */
export function charge(bootpay, key, changes = {}) {
  const payment = { billing_key: key, order_name: '7월 이용료', order_id: `order_${randomUUID()}`, price: 9900, ...changes }
  return bootpay.requestSubscribePayment(payment).catch((refusal) => {
    if (refusal instanceof Error) throw refusal
    return refusal
  })
}

/** Looks until `found` gives something. */
export async function eventually(what, found, msMax = 10_000) {
  const end = Date.now() + msMax
  for (;;) {
    const value = await found()
    if (value) return value
    assert.ok(Date.now() < end, `not within ${msMax} ms: ${what}`)
    await sleep(100)
  }
}
