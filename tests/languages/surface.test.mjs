// The calls of every page are calls that its SDK has. Most SDKs cannot be installed here: what they have is recorded.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'node:test'
import { readPage } from './support/page.mjs'
import { faults, readSurface } from './support/surface.mjs'
import { strayNames, uses } from './support/uses.mjs'

const SDK_RUNS = ['javascript', 'python']
const LANGUAGES = ['javascript', 'python', 'php', 'ruby', 'java', 'go', 'csharp']

function code(language, suffix) {
  const page = readPage(language, suffix)
  return SDK_RUNS.includes(language) ? page.program : page.sdk
}

for (const language of LANGUAGES) {
  describe(language, () => {
    const surface = readSurface(language)
    for (const suffix of ['', '.ko']) {
      test(`the page${suffix} uses what the SDK has, and says from which version on`, () => {
        const used = uses(language, code(language, suffix))
        assert.ok(used.filter(({ kind }) => kind === 'call').length >= 3, 'the page calls its SDK')
        assert.deepEqual(faults(surface, used), [])
        assert.deepEqual(strayNames(language, code(language, suffix)), [])
        const text = readFileSync(fileURLToPath(new URL(`../../docs/integrating/${language}${suffix}.md`, import.meta.url)), 'utf8')
        assert.match(text, new RegExp(`(Minimum version|최소 버전): ${surface.minimum.replaceAll('.', '\\.')}`))
        const install = text.match(/^```(?:sh|groovy)\n(.*)\n```/m)[1]
        assert.ok(install.includes(surface.package), install)
        assert.match(text, suffix ? /현금영수증/ : /cash receipt/)
      })
    }
  })
}

/** What stood on the pages once, and five more of its kind. */
describe('a call that the SDK does not have is found', () => {
  const found = (language, text, minimum) => {
    const surface = readSurface(language)
    return [...faults({ ...surface, minimum: minimum ?? surface.minimum }, uses(language, text)), ...strayNames(language, text)].join('; ')
  }
  for (const [language, text, expected, minimum] of [
    ['php', "BootpayApi::setClientKeyConfiguration('a', 'b');", /since 2.3.0/, '2.2.0'],
    ['php', "BootpayApi::setClientKeyConfiguration('a');", /takes 2 arguments/],
    ['php', "new ReflectionProperty(BootpayApi::class, 'API_URI');", /no BootpayApi.API_URI/],
    ['java', 'SubscribePayload order = new SubscribePayload();\norder.price = 9900;', /is a Double/],
    ['java', 'SubscribePayload order = new SubscribePayload();\norder.prize = 9900d;', /no SubscribePayload.prize/],
    ['java', 'Bootpay bootpay = Bootpay.withClientKeys("a", "b");', /no Bootpay.withClientKeys/],
    ['java', 'Bootpay bootpay = null;\nbootpay.publishBillingKeyTransfer("a", "b");', /takes 1 arguments/],
    ['ruby', 'bootpay.publish_automatic_transfer_billing_key(requested.data[:receipt_id])', /takes keywords/],
    ['ruby', 'bootpay.publish_automatic_transfer_billing_key(receipt: 1)', /takes keywords/],
    ['ruby', 'Bootpay::Api.new(application_id: "a")', /no Bootpay::Api/],
    ['go', 'api := bootpay.NewAPIWithClientKey("a", "b", nil, "")\napi.X()', /since 2.7.0.*no api.X/, '2.6.2'],
    ['go', 'key, err := api.PublishAutomaticTransferBillingKey("a")\nfmt.Println(key)', /^err$/],
    ['go', 'api.RequestSubscribe(bootpay.SubscribePayload{Prices: 1})', /no SubscribePayload.Prices/],
    ['csharp', 'var key = await bootpay.PublishBillingKeyTransfer(receiptId);', /^receiptId$/],
    ['csharp', 'bootpay.RequestSubscribe(new SubscribePayload { Price = 1 });', /no SubscribePayload.Price/],
    ['javascript', "Bootpay.setConfig({})", /no Bootpay.setConfig/],
    ['python', 'bootpay.request_subscribe_payment(bill_key=1)', /takes keywords/]
  ]) {
    test(`${language}: ${text.split('\n').at(-1)}`, () => assert.match(found(language, text, minimum), expected))
  }
})
