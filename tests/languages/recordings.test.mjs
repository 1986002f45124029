// The calls of an SDK that cannot be installed here: each was recorded, and the recording is sent to the real gateway.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startGateway } from '../sdk/js/support/gateway.mjs'
import { readPage } from './support/page.mjs'
import { CALLS_OF_A_PAGE, callsOf, recordingOf } from './support/recordings.mjs'

const AUTHORIZATION = `Basic ${btoa('sandbox_client_key:sandbox_secret_key')}`
const OF_THE_CONNECTION = ['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'expect']

for (const language of Object.keys(CALLS_OF_A_PAGE)) {
  test(`the calls on the page for ${language} were recorded, and the gateway answers them`, async () => {
    const calls = callsOf(language, readPage(language).sdk)
    assert.deepEqual(calls, CALLS_OF_A_PAGE[language], 'a call that is new on the page needs its recording')
    const known = {}
    // One each: the recordings of all SDKs use the same order ids.
    const gateway = await startGateway()
    try {
      for (const call of calls) {
        const recording = recordingOf(language, call)
        if (recording) Object.assign(known, await send(gateway, recording, known))
      }
    } finally {
      await gateway.stop()
    }
    assert.match(known.billing_key, /^[0-9a-f]{24}$/)
    assert.equal(known.status, 1)
    assert.equal(known.price, 1000)
  })
}

/** The recording as it is, but for credentials and for the ids that earlier answers gave. */
async function send(gateway, recording, known) {
  const headers = Object.entries(recording.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name.toLowerCase()))
  const asked = JSON.parse(recording.body)
  for (const id of ['receipt_id', 'billing_key']) if (id in asked) asked[id] = known[id]
  const answer = await fetch(gateway.url + recording.path, {
    method: recording.method,
    headers: { ...Object.fromEntries(headers.filter(([name]) => name.toLowerCase() !== 'authorization')), authorization: AUTHORIZATION },
    body: JSON.stringify(asked)
  })
  const body = await answer.json()
  assert.equal(answer.status, 200, JSON.stringify(body))
  return body
}
