// The README's way to a first debit, in both languages: its commands and its program as they stand there.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { startGateway } from '../sdk/js/support/gateway.mjs'
import { TOOLCHAINS } from './support/toolchains.mjs'

const run = promisify(execFile)
const bounded = { timeout: 60_000 }

let gateway
before(async () => { gateway = await startGateway() })
after(() => gateway?.stop())

/** The blocks of the section that leads to a first debit. */
async function blocks(name) {
  const text = await readFile(new URL(`../../${name}`, import.meta.url), 'utf8')
  const found = [...text.matchAll(/^```(sh|js)\n([\s\S]*?)^```$/gm)].map(([, tag, code]) => ({ tag, code }))
  return {
    curls: found.filter(({ tag, code }) => tag === 'sh' && code.startsWith('curl ')).map(({ code }) => code),
    programs: found.filter(({ tag }) => tag === 'js').map(({ code }) => code)
  }
}

const here = (code) => code.replaceAll('http://127.0.0.1:4141', gateway.url)

test('both READMEs have the same commands and the same program', async () => {
  assert.deepEqual(await blocks('README.ko.md'), await blocks('README.md'))
})

test('three curls lead to a debit', bounded, async () => {
  const { curls } = await blocks('README.md')
  assert.equal(curls.length, 3)
  let last = {}
  for (const [index, status] of [41, 1, 1].entries()) {
    const id = index === 1 ? last.receipt_id : last.billing_key
    const { stdout } = await run('sh', ['-c', here(curls[index]).replace('…', id)], { timeout: 30_000 })
    last = JSON.parse(stdout)
    assert.equal(last.status, status, stdout)
  }
  assert.equal(last.price, 9900)
})

test('the program prints a consent, a key and a debit', bounded, async () => {
  const { programs } = await blocks('README.md')
  assert.equal(programs.length, 1)
  const folder = await mkdtemp(join(tmpdir(), 'jadong-readme-'))
  try {
    TOOLCHAINS.javascript.furnish(folder)
    await writeFile(join(folder, 'first.mjs'), here(programs[0]))
    const { stdout } = await run('node', ['first.mjs'], { cwd: folder, timeout: 30_000 })
    assert.match(stdout, /^consented 41 [0-9a-f]{24}\nissued 1 [0-9a-f]{24}\ndebited 1 [0-9a-f]{24} 9900\n$/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
