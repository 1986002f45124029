// Writes the programs of a page into a folder of its own and runs them there.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const BUILD_MS_MAX = 120_000
const RUN_MS_MAX = 30_000

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The page's two programs, built. `ports`: what the ports that the page shows become, as in `{ 4141: 40231 }`. */
export async function furnish(toolchain, page, ports) {
  const folder = await mkdtemp(join(tmpdir(), 'jadong-language-'))
  toolchain.furnish?.(folder)
  for (const [role, code] of [['main', page.program], ['webhook', page.endpoint]]) {
    const text = code.replace(/\b\d{4}\b/g, (number) => ports[number] ?? number)
    await writeFile(join(folder, toolchain.file(role)), text)
    const prepare = toolchain.prepare?.(role)
    if (prepare) await run(prepare[0], prepare.slice(1), { cwd: folder, timeout: BUILD_MS_MAX })
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Runs the main program to its end; answers what it printed. */
export async function play(toolchain, folder) {
  const [command, ...rest] = toolchain.start('main')
  const { stdout } = await run(command, rest, { cwd: folder, timeout: RUN_MS_MAX, env: environment() })
  return stdout
}

/** Starts the webhook endpoint and waits until it takes connections. */
export async function listen(toolchain, folder, port, secret) {
  const [command, ...rest] = toolchain.start('webhook', port)
  const child = spawn(command, rest, { cwd: folder, env: environment({ WEBHOOK_SECRET: secret }) })
  const closed = once(child, 'close')
  let printed = ''
  let complaints = ''
  child.stdout.setEncoding('utf8').on('data', (text) => { printed += text })
  child.stderr.setEncoding('utf8').on('data', (text) => { complaints += text })
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
  }
  const end = Date.now() + RUN_MS_MAX
  while (!(await accepts(port))) {
    if (Date.now() > end || child.exitCode !== null) {
      await stop()
      assert.fail(`the webhook endpoint does not listen on ${port}:\n${printed}${complaints}`)
    }
    await sleep(50)
  }
  return { stop, printed: () => printed, complaints: () => complaints }
}

function accepts(port) {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => { socket.destroy(); answer(true) })
    socket.on('error', () => answer(false))
  })
}

function environment(more = {}) {
  return { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...more }
}
