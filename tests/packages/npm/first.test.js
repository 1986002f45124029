// A merchant's own test, as it stands in their repository: only what the packages bring.
import { createHmac } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { Bootpay } from '@bootpay/backend-js'
import { start } from 'jadong'

const jadong = await start()
afterAll(() => jadong.stop())
Bootpay.API_ENTRYPOINTS.production = jadong.entrypoint
Bootpay.setConfiguration({ client_key: jadong.clientKey, secret_key: jadong.secretKey })

function ask(subscription_id, changes) {
  return Bootpay.requestSubscribeAutomaticTransferBillingKey({
    pg: 'nicepay',
    order_name: '월 구독',
    subscription_id,
    auth_type: 'ARS',
    username: '홍길동',
    bank_name: '국민은행',
    bank_account: '12345678901234',
    identity_no: '900101',
    phone: '01012345678',
    ...changes
  })
}

async function issue(subscription_id) {
  const { receipt_id } = await ask(subscription_id)
  return (await Bootpay.publishAutomaticTransferBillingKey(receipt_id)).billing_key
}

const charge = (billing_key, order_id) =>
  Bootpay.requestSubscribeCardPayment({ billing_key, order_id, order_name: '월 구독', price: 9900 })

test('a customer whose telephone is answered gets a key, and a debit is told of by a signed webhook', async () => {
  await jadong.phone.byHand()
  const asking = ask('by_hand')
  await jadong.phone.agree({ subscriptionId: 'by_hand' })
  const { receipt_id, status } = await asking
  expect(status).toBe(41)
  const { billing_key } = await Bootpay.publishAutomaticTransferBillingKey(receipt_id)
  await jadong.phone.byNumber()
  const paid = await charge(billing_key, 'order_1')
  expect(paid.status).toBe(1)
  const webhook = await jadong.webhooks.next('PAYMENT_COMPLETED')
  expect(webhook.json.receipt_id).toBe(paid.receipt_id)
  const signed = `${webhook.headers['webhook-id']}.${webhook.headers['webhook-timestamp']}.${webhook.body}`
  const secret = Buffer.from(jadong.webhookSecret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', secret).update(signed).digest('base64')
  expect(webhook.headers['webhook-signature']).toContain(signature)
})

test('a customer who refuses is told to the program that waits', async () => {
  await jadong.phone.byHand()
  const refused = ask('refused').catch((error) => error)
  await jadong.phone.refuse({ subscriptionId: 'refused' })
  expect((await refused).error_code).toBe('SUBSCRIBE_AT_CONSENT_REFUSED')
  await jadong.phone.byNumber()
})

test('a month passes at once, and a reserve falls due on the way', async () => {
  const billing_key = await issue('monthly')
  const due = new Date((await jadong.clock.now()).getTime() + 20 * 86_400_000).toISOString()
  const reserved = await Bootpay.subscribePaymentReserve({ billing_key, order_name: '12월', price: 9900, order_id: 'order_12', reserve_execute_at: due })
  await jadong.clock.advance('30d')
  const reserve = await Bootpay.subscribePaymentReserveLookup(reserved.reserve_id)
  expect(reserve.status).toBe(1)
})

test('the next answer of the bank is lost, and what was asked for only that is over', async () => {
  const billing_key = await issue('faulty')
  await jadong.faults.next('dead', { on: 'charge' }).catch((error) => expect(error.message).toContain('drop-after'))
  await jadong.faults.next('drop-before', { on: 'charge' })
  expect(await jadong.faults.waiting()).toHaveLength(1)
  await charge(billing_key, 'order_faulty').catch((error) => expect(error.error_code).toBe('RC_CONFIRM_CRITICAL_FAILED'))
  expect(await jadong.faults.waiting()).toHaveLength(0)
})

test('two at once do not meet', async () => {
  const other = await start()
  expect(other.url).not.toBe(jadong.url)
  const billing_key = await issue('mine')
  await expect(other.request('GET', `/v2/billing_key/${billing_key}`)).rejects.toMatchObject({ status: 404 })
  await other.stop()
  await other.stop()
  await expect(fetch(other.url)).rejects.toThrow()
})

test('what cannot start says why', async () => {
  await expect(start({ settings: { consent_hold: 'soon' } })).rejects.toThrow(/consent_hold/i)
  await expect(start({ listen: 'nowhere' })).rejects.toThrow(/listen/)
})
