// docs/integrating/frameworks.md: its endpoints as they stand there, with the libraries as the registries deliver them, through the ordeal.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { BINARY } from '../sdk/js/support/gateway.mjs'
import { freePort } from './support/programs.mjs'

const run = promisify(execFile)
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const page = (ending) => readFile(new URL(`../../docs/integrating/frameworks${ending}.md`, import.meta.url), 'utf8')
const blocks = (text) => new Map([...text.matchAll(/^```(?:js|python) (\w+)\n(.*?)^```$/gms)].map(([, name, code]) => [name, code]))

let folder, python, programs
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jadong-frameworks-'))
  programs = blocks(await page(''))
  python = join(folder, 'venv/bin/python')
  await writeFile(join(folder, 'package.json'), '{}')
  await Promise.all([
    run('npm', ['install', '--no-audit', '--no-fund', 'express@5.3.0', 'standardwebhooks@1.1.1'], { cwd: folder }),
    run('python3', ['-m', 'venv', join(folder, 'venv')]).then(() => run(python, [
      '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'fastapi==0.165.0', 'uvicorn==0.54.0', 'Django==5.2.19', 'Flask==3.1.3',
      'standardwebhooks==1.1.0'
    ]))
  ])
}, { timeout: 240_000 })
after(() => rm(folder, { recursive: true, force: true }))

const WSGI = "import sys; from wsgiref.simple_server import make_server; from app import application; make_server('127.0.0.1', int(sys.argv[1]), application).serve_forever()"
const FRAMEWORKS = {
  express: { file: 'app.mjs', start: () => [process.execPath, ['app.mjs']] },
  fastapi: { file: 'app.py', start: (port) => [python, ['-m', 'uvicorn', 'app:app', '--port', port]] },
  django: { file: 'app.py', start: (port) => [python, ['-c', WSGI, port]] },
  flask: { file: 'app.py', start: (port) => [python, ['-m', 'flask', '--app', 'app', 'run', '-p', port]] }
}

test('the Korean page has the same programs', async () => {
  assert.deepEqual(blocks(await page('.ko')), programs)
  assert.deepEqual([...programs.keys()], Object.keys(FRAMEWORKS))
})

for (const [name, framework] of Object.entries(FRAMEWORKS)) {
  test(`${name} passes the ordeal`, { timeout: 120_000 }, async () => {
    const port = String(await freePort())
    await writeFile(join(folder, framework.file), programs.get(name).replace('3000', port))
    const [program, args] = framework.start(port)
    const child = spawn(program, args, { cwd: folder, env: { ...process.env, WEBHOOK_SECRET: SECRET, PYTHONDONTWRITEBYTECODE: '1' }, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { printed += chunk })
    try {
      await answers(port, child)
      const tried = await run(BINARY, ['webhook', 'ordeal', '--url', `http://127.0.0.1:${port}/webhooks`, '--secret', SECRET, '--lang', 'en'])
        .catch((error) => error)
      assert.match(String(tried.stdout), /16 passed · 0 failed · 0 skipped/, `${tried.stdout}${tried.stderr}\n${printed}`)
      assert.match(printed, /^PAYMENT_COMPLETED [0-9a-f]{24} 1$/m)
    } finally {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
  })
}

async function answers(port, child) {
  for (let wait = 0; wait < 600 && child.exitCode === null; wait += 1) {
    if (await fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false)) return
    await new Promise((passed) => setTimeout(passed, 50))
  }
}
