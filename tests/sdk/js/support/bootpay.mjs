// The SDK as npm delivers it, pointed at a gateway; and what the tests say again and again.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Bootpay } from '@bootpay/backend-js'
import { SANDBOX } from './gateway.mjs'

/** Today's way: Basic authentication on every request. */
export function withBasic(gateway, { client_key, secret_key } = SANDBOX) {
  Bootpay.API_ENTRYPOINTS.production = gateway.entrypoint
  Bootpay.setToken(undefined)
  Bootpay.setConfiguration({ client_key, secret_key })
  return Bootpay
}

/** The legacy way, before its token was asked for. */
export function withApplication(gateway, { application_id, private_key } = SANDBOX) {
  Bootpay.API_ENTRYPOINTS.production = gateway.entrypoint
  Bootpay.setToken(undefined)
  Bootpay.setConfiguration({ application_id, private_key })
  return Bootpay
}

export async function withToken(gateway) {
  const bootpay = withApplication(gateway)
  await bootpay.getAccessToken()
  return bootpay
}

/** A request that the sandbox's default customer agrees to, with a subscription_id of its own. */
export function registration(changes = {}) {
  return {
    pg: 'nicepay',
    order_name: '정기구독 자동이체',
    subscription_id: `sub_${randomUUID()}`,
    auth_type: 'ARS',
    username: '홍길동',
    bank_name: '국민은행',
    bank_account: '12345678901234',
    identity_no: '900101',
    phone: '01012345678',
    ...changes
  }
}

export async function issue(bootpay, changes) {
  const asked = await bootpay.requestSubscribeAutomaticTransferBillingKey(registration(changes))
  return bootpay.publishAutomaticTransferBillingKey(asked.receipt_id)
}

/** Waits for the refusal that the SDK rejects with, and checks its shape. */
export async function refusal(promise) {
  const body = await promise.then(
    (answer) => assert.fail(`refused was expected, answered was ${JSON.stringify(answer)}`),
    (error) => error
  )
  if (body instanceof Error) throw body
  assert.equal(typeof body.error_code, 'string', `an error_code in ${JSON.stringify(body)}`)
  assert.ok(body.message?.length > 0, `a message in ${JSON.stringify(body)}`)
  return body
}

export async function assertRefused(promise, errorCode, code = undefined) {
  const body = await refusal(promise)
  assert.equal(body.error_code, errorCode, JSON.stringify(body))
  assert.equal(body.code, code, JSON.stringify(body))
}

export const UNKNOWN_ID = '0123456789abcdef01234567'
