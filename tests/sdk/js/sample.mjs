// The JavaScript sample of the service's own documentation page. Start `jadong serve`, then `node sample.mjs`.
// 공식 문서의 JavaScript 예제. 운영과 다른 곳은 요청을 보낼 주소 한 줄뿐입니다.
import { Bootpay } from '@bootpay/backend-js'

Bootpay.API_ENTRYPOINTS.production = process.env.JADONG_URL ?? 'http://127.0.0.1:4141/v2'

Bootpay.setConfiguration({
  client_key: 'sandbox_client_key',
  secret_key: 'sandbox_secret_key'
})

try {
  // ① 발급 요청. 고객이 전화를 받고 동의하면 41이 옵니다.
  const requested = await Bootpay.requestSubscribeAutomaticTransferBillingKey({
    pg: 'nicepay',
    order_name: '자동이체 등록',
    subscription_id: `transfer_${Date.now()}`,
    auth_type: 'ARS',
    username: '홍길동',
    bank_name: '국민은행',
    bank_account: '12345678901234',
    identity_no: '900101',
    phone: '01012345678'
  })
  console.log('request', requested.status, requested.receipt_id)

  // ⑤ 확정. 여기서 받은 billing_key만 저장합니다.
  const published = await Bootpay.publishAutomaticTransferBillingKey(requested.receipt_id)
  console.log('publish', published.status, published.billing_key)
} catch (error) {
  console.error('refused', error.error_code, error.message)
  process.exitCode = 1
}
