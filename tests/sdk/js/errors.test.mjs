// Every documented error, as a merchant's code sees it through the SDK.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { UNKNOWN_ID, assertRefused, refusal, registration, withBasic } from './support/bootpay.mjs'
import { startGateway } from './support/gateway.mjs'

let gateway
let bootpay
before(async () => {
  gateway = await startGateway()
  bootpay = withBasic(gateway)
})
after(() => gateway?.stop())

const request = (changes) => bootpay.requestSubscribeAutomaticTransferBillingKey(registration(changes))

const FAULTS = [
  ['a bank that does not exist', { bank_name: '없는은행' }, 'SUBSCRIBE_AT_BLANK_NOT_FOUND', 2350],
  ['no account holder', { username: '' }, 'SUBSCRIBE_AT_USERNAME_BLANK', 2351],
  ['no account number', { bank_account: '' }, 'SUBSCRIBE_AT_BANK_ACCOUNT_BLANK', 2352],
  ['no birth date', { identity_no: '' }, 'SUBSCRIBE_AT_IDENTITY_NO_BLANK', 2353],
  ['no phone', { phone: '' }, 'SUBSCRIBE_AT_PHONE_BLANK', 2354],
  ['neither bank name nor code', { bank_name: '' }, 'SUBSCRIBE_AT_BANK_CODE_BLANK', 2356],
  ['a bad bank code and no name', { bank_name: undefined, bank_code: '9' }, 'SUBSCRIBE_AT_BANK_CODE_BLANK', 2356],
  ['null where a value belongs', { username: null }, 'SUBSCRIBE_AT_USERNAME_BLANK', 2351],
  ['a PG that is not enabled', { pg: 'kcp' }, 'RC_PG_NOT_FOUND', undefined],
  ['a holder that the bank does not know', { phone: '01000000008' }, 'SUBSCRIBE_AT_LOOKUP_USER_FAILED', undefined]
]

describe('request', () => {
  for (const [fault, changes, errorCode, code] of FAULTS) {
    test(`${fault} → ${errorCode}`, () => assertRefused(request(changes), errorCode, code))
  }

  test('a resident number of 13 digits is refused and not repeated', async () => {
    const body = await refusal(request({ identity_no: '9001011234567' }))
    assert.equal(body.error_code, 'SUBSCRIBE_AT_RESIDENT_NUMBER_REFUSED')
    assert.ok(!JSON.stringify(body).includes('9001011234567'), JSON.stringify(body))
  })

  test('a customer who refuses within the hold is an error of step 1', async () => {
    if (process.env.TEST_PG === 'hosted') {
      // It says the same of whoever refuses as of whoever has not decided.
      const asked = await request({ phone: '01000000001' })
      assert.equal(asked.status, 41)
      return assertRefused(bootpay.publishAutomaticTransferBillingKey(asked.receipt_id), 'SUBSCRIBE_REQUEST_FAILED')
    }
    const body = await refusal(request({ phone: '01000000001' }))
    assert.equal(body.error_code, 'SUBSCRIBE_AT_CONSENT_REFUSED')
    assert.ok(!('receipt_id' in body) && !('status' in body), JSON.stringify(body))
  })

  test('another request under the same subscription_id is refused', async () => {
    const asked = registration()
    await bootpay.requestSubscribeAutomaticTransferBillingKey(asked)
    const other = { ...asked, bank_account: '12345678901235' }
    const again = bootpay.requestSubscribeAutomaticTransferBillingKey(other)
    await assertRefused(again, 'SUBSCRIBE_AT_SUBSCRIPTION_ID_CONFLICT')
  })
})

describe('an id that this project does not have → RC_NOT_FOUND', () => {
  test('publish', () => assertRefused(bootpay.publishAutomaticTransferBillingKey(UNKNOWN_ID), 'RC_NOT_FOUND'))
  test('lookup by receipt', () => assertRefused(bootpay.lookupSubscribeBillingKey(UNKNOWN_ID), 'RC_NOT_FOUND'))
  test('lookup by key', () => assertRefused(bootpay.lookupBillingKey(UNKNOWN_ID), 'RC_NOT_FOUND'))
  test('receipt', () => assertRefused(bootpay.receiptPayment(UNKNOWN_ID), 'RC_NOT_FOUND'))
  test('destroy', () => assertRefused(bootpay.destroyBillingKey(UNKNOWN_ID), 'RC_NOT_FOUND'))
})
