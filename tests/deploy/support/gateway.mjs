// A real gateway in a folder of its own, on free ports of loopback.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
export const BINARY = resolve(process.env.JADONG_BIN ?? join(ROOT, 'target/debug/jadong'))
const WAIT_MS_MAX = 20_000

// Nothing of this machine's settings, and no proxy between the programs.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('JADONG_')))
env.NO_PROXY = env.no_proxy = '127.0.0.1'

export async function run(program, args, options = {}) {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { env, maxBuffer: 1 << 24, ...options })
    return stdout + stderr
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}: ${error.code}\n${error.stdout}\n${error.stderr}`)
  }
}

/** Waits until `look` gives something. */
export async function until(what, look) {
  for (let waited = 0; waited < WAIT_MS_MAX; waited += 50) {
    const found = await look().catch(() => undefined)
    if (found) return found
    await sleep(50)
  }
  throw new Error(`waited for ${what} in vain`)
}

export async function startGateway(folder, settings = {}) {
  const data = join(folder, 'data')
  const ready = join(folder, 'ready.json')
  const args = ['serve', '--listen', '127.0.0.1:0', '--data', data, '--ready-file', ready, '--stop-with-stdin']
  const child = spawn(BINARY, args, { env: { ...env, ...settings }, stdio: ['pipe', 'ignore', 'ignore'] })
  const closed = once(child, 'close')
  const told = await until('the gateway', async () => JSON.parse(await readFile(ready)))
  const stop = async () => {
    child.stdin.end()
    await closed
  }
  return { ...told, data, stop }
}
