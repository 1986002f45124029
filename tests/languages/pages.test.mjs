// Every page of docs/integrating that teaches a language: its programs are run as they stand there.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { BINARY, startGateway } from '../sdk/js/support/gateway.mjs'
import { pattern, readPage } from './support/page.mjs'
import { freePort, furnish, listen, play } from './support/programs.mjs'
import { TOOLCHAINS } from './support/toolchains.mjs'

const WEBHOOK_MS_MAX = 10_000

let gateway
let secret
before(async () => {
  gateway = await startGateway()
  const asked = await promisify(execFile)(BINARY, ['webhook', 'secret', 'sandbox', '--data', gateway.data])
  secret = asked.stdout.match(/whsec_\S+/)[0]
})
after(() => gateway?.stop())

for (const [language, toolchain] of Object.entries(TOOLCHAINS)) {
  describe(language, () => {
    const page = readPage(language)

    test('the Korean page has the same code', () => {
      assert.deepEqual(readPage(language, '.ko').blocks, page.blocks)
    })

    test('the programs print what the page says', { timeout: 240_000 }, async () => {
      const port = await freePort()
      const home = await furnish(toolchain, page, { 4141: new URL(gateway.url).port, 3000: port })
      let endpoint
      try {
        endpoint = await listen(toolchain, home.folder, port, secret)
        assert.match(await play(toolchain, home.folder), pattern(page.prints))
        const told = pattern(page.endpointPrints)
        for (let waited = 0; waited < WEBHOOK_MS_MAX && !told.test(endpoint.printed()); waited += 50) await sleep(50)
        assert.match(endpoint.printed(), told, endpoint.complaints())
        await assertForgeriesAreRefused(port)
      } finally {
        await endpoint?.stop()
        await home.remove()
      }
    })
  })
}

/** The endpoint of a page must not believe what anybody could have sent. */
async function assertForgeriesAreRefused(port) {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const forged = { 'webhook-id': 'a', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${'A'.repeat(43)}=` }
  const nonsense = { ...forged, 'webhook-timestamp': 'soon' }
  const now = { 'webhook-timestamp': timestamp }
  // One after the other: whoever crashes on one does not answer the next.
  for (const headers of [forged, nonsense, now, {}, forged]) {
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks`, {
      method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: '{"webhook_type":"PAYMENT_COMPLETED"}'
    })
    assert.equal(answer.status, 401, JSON.stringify(headers))
  }
}
