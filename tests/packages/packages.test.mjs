// The packages as scripts/package makes them, each installed into an empty folder and used as a new user would.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const PACKAGES = process.env.JADONG_PACKAGES
const MINUTES = { timeout: 300_000 }

// Nothing of this machine's: a merchant has none of our settings.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('JADONG_')))

let folder, packed
const named = (pattern) => {
  const found = packed.filter((name) => pattern.test(name))
  assert.equal(found.length, 1, `${pattern} among ${packed}`)
  return join(PACKAGES, found[0])
}

async function run(program, args, options = {}) {
  try {
    return (await promisify(execFile)(program, args, { env, maxBuffer: 1 << 24, ...options })).stdout
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}: ${error.code}\n${error.stdout}\n${error.stderr}`)
  }
}

before(async () => {
  packed = await readdir(PACKAGES)
  folder = await mkdtemp(join(tmpdir(), 'jadong-packages-'))
})

after(() => rm(folder, { recursive: true, force: true }))

async function installed() {
  const own = join(folder, 'npm')
  await cp(join(HERE, 'npm'), own, { recursive: true })
  const tarballs = [named(/^jadong-[0-9.]+\.tgz$/), named(/^jadong-linux-x64-.*\.tgz$/)]
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], { cwd: own })
  return own
}

test('npm: from an empty folder to tests that pass, and nothing is left running', MINUTES, async (t) => {
  const own = await installed()
  const version = JSON.parse(await readFile(join(own, 'node_modules/jadong/package.json'))).version
  assert.equal(await run('npx', ['jadong', '--version'], { cwd: own }), `jadong ${version}\n`)
  const bad = await run('npx', ['jadong', 'no-such-command'], { cwd: own }).catch((error) => error.message)
  assert.match(bad, /jadong no-such-command: 2/, 'the exit code is handed over')
  await run('npx', ['vitest', 'run', '--reporter=verbose'], { cwd: own })

  await t.test('a test runner that is killed leaves no gateway', async () => {
    await writeFile(join(own, 'killed.mjs'), "import { start } from 'jadong'\nconst one = await start()\nconsole.log(one.url)\n")
    const child = spawn(process.execPath, ['killed.mjs'], { cwd: own, env, stdio: ['ignore', 'pipe', 'inherit'] })
    const [url] = await once(child.stdout, 'data')
    assert.equal((await fetch(`${String(url).trim()}/healthz`)).status, 200)
    child.kill('SIGKILL')
    await once(child, 'close')
    await gone(String(url).trim())
  })

  await t.test('npx hands over a stop', async () => {
    const ready = join(own, 'ready.json')
    const args = ['jadong', 'serve', '--listen', '127.0.0.1:0', '--data', join(own, 'data'), '--ready-file', ready]
    const child = spawn(process.execPath, [join(own, 'node_modules/jadong/bin/jadong.js'), ...args.slice(1)], { env, stdio: 'ignore' })
    const { url } = await told(ready)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    assert.equal(code, 0)
    await gone(url)
  })

  await t.test('a machine without a binary is told so', async () => {
    await rm(join(own, 'node_modules/@jadong'), { recursive: true })
    const error = await run('npx', ['jadong', '--version'], { cwd: own }).catch((error) => error.message)
    assert.match(error, /@jadong\/linux-x64 is not installed/)
  })
})

async function told(path) {
  for (let look = 0; look < 1500; look += 1) {
    try {
      return JSON.parse(await readFile(path))
    } catch {
      await new Promise((passed) => setTimeout(passed, 20))
    }
  }
  throw new Error(`${path} does not come`)
}

async function gone(url) {
  for (let look = 0; look < 1500; look += 1) {
    const isThere = await fetch(`${url}/healthz`).then(() => true, () => false)
    if (!isThere) return
    await new Promise((passed) => setTimeout(passed, 20))
  }
  throw new Error(`${url} still answers`)
}

test('pip: from an empty folder to tests that pass', MINUTES, async (t) => {
  const own = join(folder, 'python')
  await cp(join(HERE, 'pytest'), own, { recursive: true })
  await run('python3', ['-m', 'venv', join(own, 'venv')])
  const python = join(own, 'venv/bin/python')
  const wanted = ['pytest==9.2.0', 'bootpay-backend==2.9.0', named(/\.whl$/)]
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted])
  assert.match(await run(join(own, 'venv/bin/jadong'), ['--version']), /^jadong \d/)
  const suite = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', own]
  await run(python, suite)

  const jobs = (more) => Promise.all(Array.from({ length: 20 }, () => run(python, suite, { env: { ...env, ...more } })))

  await t.test('twenty jobs at once over one server do not meet', async (t) => {
    const ready = join(own, 'ready.json')
    const args = ['serve', '--listen', '127.0.0.1:0', '--data', join(own, 'data'), '--ready-file', ready, '--stop-with-stdin']
    const server = spawn(join(own, 'venv/bin/jadong'), args, { env, stdio: ['pipe', 'ignore', 'ignore'] })
    const { url } = await told(ready)
    const began = performance.now()
    await jobs({ JADONG_URL: url })
    t.diagnostic(`one gateway: ${((performance.now() - began) / 1000).toFixed(1)} s`)
    server.stdin.end()
    assert.deepEqual(await once(server, 'exit'), [0, null])
  })

  await t.test('twenty jobs at once with a gateway each', async (t) => {
    const began = performance.now()
    await jobs({})
    t.diagnostic(`twenty gateways: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  })
})

test('deb: what dpkg puts where, a configuration that can be read, and a unit that systemd understands', MINUTES, async () => {
  const own = join(folder, 'deb')
  await mkdir(own)
  const deb = named(/\.deb$/)
  await run('dpkg-deb', ['--extract', deb, own])
  const control = await run('dpkg-deb', ['--info', deb])
  assert.match(control, /Package: jadong/)
  const data = join(own, 'data')
  const config = join(own, 'etc/jadong/jadong.toml')
  const ready = join(own, 'ready.json')
  const args = ['serve', '--config', config, '--data', data, '--listen', '127.0.0.1:0', '--ready-file', ready, '--stop-with-stdin']
  const child = spawn(join(own, 'usr/bin/jadong'), args, { env, stdio: ['pipe', 'ignore', 'inherit'] })
  const { mode } = await told(ready)
  assert.equal(mode, 'sandbox')
  child.stdin.end()
  assert.deepEqual(await once(child, 'exit'), [0, null])
  assert.equal((await stat(join(own, 'etc/jadong/jadong.env'))).mode & 0o007, 0, 'secrets are not everybody’s')
  const unit = join(own, 'lib/systemd/system/jadong.service')
  const has = await run('systemd-analyze', ['--version']).then(() => true, () => false)
  if (has) {
    const said = await run('systemd-analyze', ['verify', `--root=${own}`, '--man=no', 'jadong.service']).catch((error) => error.message)
    assert.doesNotMatch(said, /Unknown (key|lvalue|section)|Failed to parse|Invalid/i)
  }
  assert.match(await readFile(unit, 'utf8'), /ProtectSystem=strict/)
})

test('the sums are those of the files', async () => {
  await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: PACKAGES })
})
