// docs/integrating/every-month.md: its program as it stands there, a year of debits in a sandbox.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { issue, withBasic } from '../sdk/js/support/bootpay.mjs'
import { startGateway } from '../sdk/js/support/gateway.mjs'

const run = promisify(execFile)
const page = (ending) => readFile(new URL(`../../docs/integrating/every-month${ending}.md`, import.meta.url), 'utf8')
const block = (text, tag) => text.match(new RegExp(`^\`\`\`${tag} year\n(.*?)^\`\`\``, 'ms'))[1]
const MODULES = fileURLToPath(new URL('../sdk/js/node_modules', import.meta.url))

test('the program of the page debits each month once, on its last day, and again after a decline', { timeout: 60_000 }, async () => {
  const [english, korean] = await Promise.all([page(''), page('.ko')])
  assert.equal(block(korean, 'js'), block(english, 'js'))
  assert.equal(block(korean, 'text'), block(english, 'text'))
  const gateway = await startGateway()
  const folder = await mkdtemp(join(tmpdir(), 'jadong-year-'))
  try {
    const { billing_key } = await issue(withBasic(gateway), { bank_account: '12345678900011' })
    await symlink(MODULES, join(folder, 'node_modules'))
    await writeFile(join(folder, 'year.mjs'), block(english, 'js').replace('http://127.0.0.1:4141', gateway.url))
    const { stdout } = await run(process.execPath, ['year.mjs'], { cwd: folder, env: { ...process.env, BILLING_KEY: billing_key } })
    const lines = stdout.trimEnd().split('\n').map((line) => line.trimEnd())
    const months = new Map()
    for (const line of lines) {
      const [, day, order, said] = line.match(/^(\S+) (sub_1-\d{4}-\d{2}) (.+)$/) ?? assert.fail(line)
      months.set(order, [...(months.get(order) ?? []), [day, said]])
    }
    assert.equal(months.size, 12, stdout)
    const [first, ...rest] = months.values()
    assert.deepEqual(first.map(([, said]) => said), ['declined insufficient_funds', 'declined insufficient_funds', 'paid'], stdout)
    for (const [order, tries] of [...months].slice(1)) {
      const [year, month] = order.slice(6).split('-').map(Number)
      const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10)
      assert.deepEqual(tries, [[last, 'paid']], stdout)
    }
    assert.equal(rest.length, 11)
    // What the page prints has the shape of what is printed: the days depend on today.
    for (const line of block(english, 'text').trimEnd().split('\n')) assert.match(line, /^\d{4}-\d\d-\d\d sub_1-\d{4}-\d\d (paid|declined insufficient_funds)$/)
  } finally {
    await gateway.stop()
    await rm(folder, { recursive: true, force: true })
  }
})
