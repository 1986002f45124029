// .github/actions/sandbox: the script of the action, with what a runner sets; and the notes of a release.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { BINARY, ROOT, run, until } from './support/gateway.mjs'

let folder
before(async () => { folder = await mkdtemp(join(tmpdir(), 'jadong-action-')) })
after(() => rm(folder, { recursive: true, force: true }))

const start = (from, settings = '') => run('bash', [join(ROOT, '.github/actions/sandbox/start.sh')], {
  env: {
    PATH: process.env.PATH, FROM: from, SETTINGS: settings, RUNNER_TEMP: folder, GITHUB_ENV: join(folder, 'env'),
    GITHUB_OUTPUT: join(folder, 'output')
  }
})
const pairs = async (name) => Object.fromEntries(
  (await readFile(join(folder, name), 'utf8')).trim().split('\n').map((line) => line.match(/^(.*?)=(.*)$/).slice(1)))

test('the next step has a sandbox, with the settings that were asked for', { timeout: 60_000 }, async () => {
  await start(BINARY, 'JADONG_CONSENT_HOLD=300ms\n')
  const { pid } = JSON.parse(await readFile(join(folder, 'jadong/ready.json')))
  try {
    const env = await pairs('env')
    assert.deepEqual(Object.keys(env), ['JADONG_URL', 'JADONG_CLIENT_KEY', 'JADONG_SECRET_KEY'])
    const told = await run(BINARY, ['trigger', 'issued-key', '--json'], { env: { PATH: process.env.PATH, ...env } })
    assert.ok(JSON.parse(told).length > 0)
    const { url, 'webhook-secret': secret } = await pairs('output')
    assert.equal(url, env.JADONG_URL)
    assert.match(secret, /^whsec_/)
  } finally {
    process.kill(pid)
    await until('its end', async () => {
      try {
        process.kill(pid, 0)
      } catch {
        return true
      }
    })
  }
})

test('a file without a binary is told so', async () => {
  const error = await start(join(ROOT, 'README.md')).catch((error) => error.message)
  assert.match(error, /::error::there is no binary/)
})

test('the notes of a release are its section of the changelog', async () => {
  const version = (await readFile(join(ROOT, 'Cargo.toml'), 'utf8')).match(/^version = "(.*)"/m)[1]
  const changelog = await readFile(join(ROOT, 'CHANGELOG.md'), 'utf8')
  const notes = await run(join(ROOT, 'scripts/release-notes'), [version])
  assert.ok(changelog.includes(notes.trim()) && !/^## /m.test(notes) && notes.includes('### '))
  await assert.rejects(run(join(ROOT, 'scripts/release-notes'), ['99.0.0']))
})
