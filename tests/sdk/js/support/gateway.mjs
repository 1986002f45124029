// Starts the real binary in an empty folder, on free ports, and stops it again.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
export const BINARY = resolve(process.env.JADONG_BIN ?? join(ROOT, 'target/debug/jadong'))
const START_MS_MAX = 20_000
const STOP_MS_MAX = 10_000

// A proxy for the package registry must not see what is sent to 127.0.0.1.
process.env.NO_PROXY = process.env.no_proxy = '127.0.0.1'

export const SANDBOX = {
  client_key: 'sandbox_client_key',
  secret_key: 'sandbox_secret_key',
  application_id: 'sandbox_application_id',
  private_key: 'sandbox_private_key'
}

/**
 * `env`: settings, such as `{ JADONG_CONSENT_HOLD: '300ms' }`. With TEST_PG=hosted it stands in front of another gateway, in the
 * place of the hosted API: two in a row.
 */
export async function startGateway({ env = {} } = {}) {
  if (process.env.TEST_PG !== 'hosted') return startOne(env)
  // The hosted API does not wait for a customer.
  const hosted = await startOne({ ...env, JADONG_CONSENT_HOLD: '300ms' })
  const front = await startOne(env)
  const credentials = join(front.data, 'hosted.toml')
  await writeFile(credentials, `client_key = "${SANDBOX.client_key}"\nsecret_key = "${SANDBOX.secret_key}"\n`)
  const set = ['project', 'set', 'sandbox', '--pg', 'hosted', '--pg-url', hosted.url, '--pg-credentials', credentials]
  execFileSync(BINARY, [...set, '--data', front.data])
  // Within a second the gateway has read it.
  await new Promise((passed) => setTimeout(passed, 2_500))
  return { ...front, stop: async () => { await front.stop(); await hosted.stop() } }
}

async function startOne(env) {
  const data = await mkdtemp(join(tmpdir(), 'jadong-sdk-js-'))
  const child = spawn(BINARY, ['serve', '--listen', '127.0.0.1:0', '--data', data], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  // 'close' comes also when the binary could not be started at all.
  const closed = once(child, 'close').catch((error) => [error.message])
  let output = ''
  const url = await new Promise((found, failed) => {
    const timer = setTimeout(() => failed(new Error(`not listening after ${START_MS_MAX} ms:\n${output}`)), START_MS_MAX)
    const read = (chunk) => {
      output += chunk
      const line = output.match(/^listening on (http:\/\/127\.0\.0\.1:\d+)\s/m)
      if (line) {
        clearTimeout(timer)
        found(line[1])
      }
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    closed.then(([code]) => {
      clearTimeout(timer)
      failed(new Error(`${BINARY} ended (${code}) before it listened:\n${output}`))
    })
  })
  return {
    url,
    entrypoint: `${url}/v2`,
    data,
    async stop() {
      const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      child.kill('SIGTERM')
      const [code] = await closed
      clearTimeout(kill)
      await rm(data, { recursive: true, force: true })
      assert.equal(code, 0, `SIGTERM should end it cleanly within ${STOP_MS_MAX} ms:\n${output}`)
    }
  }
}
