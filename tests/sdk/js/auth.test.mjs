// Who may come in, and what the others are told.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { UNKNOWN_ID, assertRefused, withApplication, withBasic, withToken } from './support/bootpay.mjs'
import { SANDBOX, startGateway } from './support/gateway.mjs'

let gateway
before(async () => { gateway = await startGateway() })
after(() => gateway?.stop())

describe('legacy token', () => {
  test('is 64 hex digits for 30 minutes, and the same when asked again', async () => {
    const bootpay = withApplication(gateway)
    const first = await bootpay.getAccessToken()
    assert.match(first.access_token, /^[0-9a-f]{64}$/)
    assert.equal(first.expire_in, 1800)
    assert.equal((await bootpay.getAccessToken()).access_token, first.access_token)
  })

  test('unknown application_id → APP_KEY_NOT_FOUND', async () => {
    const bootpay = withApplication(gateway, { ...SANDBOX, application_id: 'nobody' })
    await assertRefused(bootpay.getAccessToken(), 'APP_KEY_NOT_FOUND')
  })

  test('wrong private_key → APP_SK_NOT_MATCHED', async () => {
    const bootpay = withApplication(gateway, { ...SANDBOX, private_key: 'wrong' })
    await assertRefused(bootpay.getAccessToken(), 'APP_SK_NOT_MATCHED')
  })

  test('a token that was never given → TOKEN_KEY_INVALID', async () => {
    const bootpay = await withToken(gateway)
    bootpay.setToken('f'.repeat(64))
    await assertRefused(bootpay.receiptPayment(UNKNOWN_ID), 'TOKEN_KEY_INVALID')
  })
})

describe('Basic', () => {
  test('unknown client_key → APP_CLIENT_KEY_NOT_FOUND', async () => {
    const bootpay = withBasic(gateway, { ...SANDBOX, client_key: 'nobody' })
    await assertRefused(bootpay.receiptPayment(UNKNOWN_ID), 'APP_CLIENT_KEY_NOT_FOUND', 1216)
  })

  test('wrong secret_key → APP_SK_NOT_MATCHED', async () => {
    const bootpay = withBasic(gateway, { ...SANDBOX, secret_key: 'wrong' })
    await assertRefused(bootpay.receiptPayment(UNKNOWN_ID), 'APP_SK_NOT_MATCHED')
  })
})
