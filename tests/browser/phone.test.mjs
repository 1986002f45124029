// A merchant's SDK call waits, the phone rings on the page, a person answers, and the SDK has its answer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sitDown, TELEPHONE } from './support/browser.mjs'
import { ask } from './support/merchant.mjs'
import { setting } from './support/setting.mjs'

let gateway, browser, bootpay
setting({ JADONG_CONSENT_HOLD: '30s' }, (here) => ({ gateway, browser, bootpay } = here))

const WAITS = '01000000007'
const bounded = { timeout: 60_000 }

test('a click on agree: the waiting SDK call gets 41, and publish the key', bounded, async () => {
  const desk = await sitDown(browser, gateway)
  const { page } = desk
  await page.goto('/console/phone')
  await page.getByText('울리는 전화가 없습니다').first().waitFor()
  const asking = ask(bootpay, { phone: WAITS })
  const phone = page.locator('[data-phone]')
  await phone.waitFor()
  assert.match(await phone.innerText(), /국민/)
  assert.match(await phone.innerText(), /1번, 거절은 2번/)
  assert.match(await page.locator('#announce').innerText(), /전화가 울립니다/)
  await desk.picture('phone-rings')
  assert.equal(asking.isOver(), false, 'the SDK waits for the customer')
  const clicked = Date.now()
  await phone.getByRole('button', { name: '동의', exact: true }).click()
  const answer = await asking.answer
  const took = Date.now() - clicked
  assert.equal(answer.status, 41, JSON.stringify(answer))
  const published = await bootpay.publishAutomaticTransferBillingKey(answer.receipt_id)
  assert.match(published.billing_key, /^[0-9a-f]{24}$/)
  await page.getByText('울리는 전화가 없습니다').first().waitFor()
  await page.locator('table.list').getByText('동의').waitFor()
  console.log(`    from the click to the SDK's answer: ${took} ms`)
  await desk.leave()
})

test('a click on refuse: the SDK is told so', bounded, async () => {
  const desk = await sitDown(browser, gateway, { language: 'en' })
  const { page } = desk
  await page.goto('/console/phone')
  const asking = ask(bootpay, { phone: WAITS })
  await page.locator('[data-phone]').getByRole('button', { name: 'Refuse', exact: true }).click()
  const answer = await asking.answer
  assert.equal(answer.error_code, 'SUBSCRIBE_AT_CONSENT_REFUSED', JSON.stringify(answer))
  await page.locator('table.list').getByText('Refused').waitFor()
  await desk.leave()
})

test('keyboard only: by hand is switched on, and key 1 of the keypad agrees', bounded, async () => {
  const desk = await sitDown(browser, gateway, { language: 'en' })
  const { page } = desk
  await page.goto('/console/phone')
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim())
  const tabTo = async (wanted) => {
    for (let presses = 0; presses < 60; presses++) {
      if (wanted.test(await focused())) return
      await page.keyboard.press('Tab')
    }
    assert.fail(`Tab never came to ${wanted}`)
  }
  // The skip link is the first stop.
  await page.keyboard.press('Tab')
  assert.match(await focused(), /Skip/)
  await page.keyboard.press('Enter')
  await tabTo(/^answering-by-hand$/)
  await page.keyboard.press('Enter')
  await page.locator('#answering-by-hand[aria-pressed=true]').waitFor()
  // An ordinary customer now, who would have agreed alone.
  const asking = ask(bootpay, { phone: '01055556666' })
  await page.locator('[data-phone]').waitFor()
  await tabTo(/^key-.*-5$/)
  await page.keyboard.press('Enter')
  await page.getByText('Wrong keys 1 / 3').waitFor()
  assert.match(await focused(), /^key-.*-5$/, 'the focus stays where it was')
  assert.equal(asking.isOver(), false)
  await page.keyboard.press('1')
  assert.equal((await asking.answer).status, 41)
  await page.locator('[data-phone]').waitFor({ state: 'detached' })
  await tabTo(/^answering-auto$/)
  await page.keyboard.press('Space')
  await page.locator('#answering-auto[aria-pressed=true]').waitFor()
  await desk.leave()
})

test('three wrong keys, hanging up, and letting it ring', bounded, async () => {
  const desk = await sitDown(browser, gateway, { size: TELEPHONE })
  const { page } = desk
  await page.goto('/console/phone')
  const phone = page.locator('[data-phone]')

  const wrong = ask(bootpay, { phone: WAITS })
  await phone.waitFor()
  // One after the other without waiting for anything, and over a page that is being drawn anew all the time.
  await page.evaluate(() => {
    window.redrawing = setInterval(() => window.htmx.trigger('#phones', 'refresh'), 3)
  })
  for (const key of ['9', '*', '0']) {
    const button = phone.getByRole('button', { name: key, exact: true })
    await button.hover()
    await page.mouse.down()
    await sleep(30)
    await page.mouse.up()
  }
  assert.equal((await wrong.answer).error_code, 'SUBSCRIBE_AT_CONSENT_WRONG_KEY')
  await page.evaluate(() => clearInterval(window.redrawing))
  await phone.waitFor({ state: 'detached' })

  const left = ask(bootpay, { phone: WAITS })
  await phone.getByRole('button', { name: '그냥 두기' }).click()
  await page.getByText('울리는 중 (그냥 둠)').waitFor()
  assert.equal(left.isOver(), false, 'it goes on ringing')
  await phone.getByRole('button', { name: '끊기' }).click()
  assert.equal((await left.answer).error_code, 'SUBSCRIBE_AT_CONSENT_NO_ANSWER')
  await desk.leave()
})

test('several phones ring at once, and each is answered for itself; 간편인증 is a message in an app', bounded, async () => {
  const desk = await sitDown(browser, gateway, { theme: 'dark' })
  const { page } = desk
  await page.goto('/console/phone')
  const first = ask(bootpay, { phone: WAITS, order_name: '첫째' })
  const second = ask(bootpay, { phone: WAITS, order_name: '둘째', auth_type: '간편인증' })
  const phoneOf = (name) => page.locator('[data-phone]', { hasText: name })
  await phoneOf('첫째').waitFor()
  await phoneOf('둘째').waitFor()
  assert.match(await page.locator('#announce').innerText(), /\(2\)/)
  await desk.picture('phone-two')
  assert.equal(await phoneOf('둘째').getByRole('group').count(), 0, 'an app has no keypad')
  await phoneOf('둘째').getByRole('button', { name: '인증하고 동의' }).click()
  assert.equal((await second.answer).status, 41)
  assert.equal(first.isOver(), false)
  await phoneOf('첫째').getByRole('button', { name: '거절', exact: true }).click()
  assert.equal((await first.answer).error_code, 'SUBSCRIBE_AT_CONSENT_REFUSED')
  await desk.leave()
})

test('without scripts the phone is answered too', bounded, async () => {
  const asking = ask(bootpay, { phone: WAITS })
  const context = await browser.newContext({ baseURL: gateway.url, javaScriptEnabled: false, locale: 'ko-KR' })
  const page = await context.newPage()
  for (let looks = 0; (await page.goto('/console/phone')) && !(await page.locator('[data-phone]').count()); looks++) {
    assert.ok(looks < 50)
    await sleep(100)
  }
  await page.locator('[data-phone]').getByRole('button', { name: '1 동의' }).click()
  assert.equal((await asking.answer).status, 41)
  await context.close()
})
