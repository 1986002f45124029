// Requests recorded from SDKs that cannot be installed here, and which call of the SDK each belongs to.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = new URL('../../../crates/jadong/tests/fixtures/sdk-requests.json', import.meta.url)
const RECORDED = JSON.parse(readFileSync(fileURLToPath(FILE), 'utf8'))

const TRANSFER = '/v2/request/subscribe/automatic-transfer'
/** What each call of these SDKs sends; `null`: nothing. In the order in which one needs another's answer. */
const CALLS = {
  java: {
    withClientKey: null,
    getBillingKeyTransfer: TRANSFER,
    publishBillingKeyTransfer: `${TRANSFER}/publish`,
    requestSubscribe: '/v2/subscribe/payment'
  },
  go: {
    NewAPIWithClientKey: null,
    RequestSubscribeAutomaticTransferBillingKey: TRANSFER,
    PublishAutomaticTransferBillingKey: `${TRANSFER}/publish`,
    RequestSubscribe: '/v2/subscribe/payment'
  }
}
/** How a call on the SDK looks in its language. */
const CALL = { java: /\b[Bb]ootpay\.(\w+)\(/g, go: /\b(?:api|bootpay)\.(\w+)\(/g }

/** The calls of the SDK that this code makes, each once, in their order. */
export function callsOf(language, code) {
  return [...new Set([...code.matchAll(CALL[language])].map(([, name]) => name))]
}

/** The recorded request of a call; `null` for a call that sends none; throws for a call nobody recorded. */
export function recordingOf(language, call) {
  const path = CALLS[language][call]
  if (path === null) return null
  const found = RECORDED.find((request) => request.sdk === language && request.method === 'POST' && request.path === path)
  if (!found) throw new Error(`no ${language} request was recorded for ${call}`)
  return found
}

export const CALLS_OF_A_PAGE = Object.fromEntries(Object.entries(CALLS).map(([name, calls]) => [name, Object.keys(calls)]))
