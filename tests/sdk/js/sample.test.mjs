// The documentation page's own sample, run as a program of its own.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startGateway } from './support/gateway.mjs'

let gateway
before(async () => { gateway = await startGateway() })
after(() => gateway?.stop())

test('logs status 41, and then status 1 with a billing key', async () => {
  const sample = fileURLToPath(new URL('sample.mjs', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [sample], {
    env: { ...process.env, JADONG_URL: gateway.entrypoint }
  })
  assert.match(stdout, /^request 41 [0-9a-f]{24}\npublish 1 [0-9a-f]{24}\n$/)
})
