// The files of deploy/, with nothing changed but where they listen: a billing key and a debit through each proxy.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get, request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url))
const NAME = 'pay.example.com'
const REGISTRATION = {
  pg: 'nicepay', order_name: '자동이체 등록', username: '홍길동', bank_name: '국민은행', bank_account: '12345678901234',
  identity_no: '900101', phone: '01012345678'
}

const folder = mkdtempSync(join(tmpdir(), 'jadong-deploy-'))
const running = []
let gateway, nginxPort

before(async () => {
  const [listen] = await vacant(1)
  const ready = join(folder, 'ready.json')
  const env = {
    PATH: process.env.PATH, JADONG_BEHIND_PROXY: 'true', JADONG_TRUSTED_PROXIES: '1', JADONG_PUBLIC_URL: `https://${NAME}`,
    JADONG_CONSENT_HOLD: '2s'
  }
  const args = ['serve', '--listen', `127.0.0.1:${listen}`, '--data', join(folder, 'data'), '--ready-file', ready, '--stop-with-stdin']
  start(process.env.JADONG_BIN, args, { env, stdio: ['pipe', 'ignore', 'inherit'] })
  gateway = await eventually(() => JSON.parse(readFileSync(ready, 'utf8')))
  const key = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`]
  execFileSync('openssl', [...key, '-keyout', 'key.pem', '-out', 'chain.pem'], { cwd: folder, stdio: 'ignore' })
})

after(async () => {
  for (const child of running.reverse()) {
    child.stdin?.end()
    // Caddy waits long for the streams of others.
    child.kill(child.spawnfile === 'caddy' ? 'SIGKILL' : 'SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

function start(program, args, options) {
  const child = spawn(program, args, options)
  running.push(child)
  return child
}

/** Ports that nobody has at this moment. */
async function vacant(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  const ports = await Promise.all(servers.map(async (server) => {
    await once(server, 'listening')
    return server.address().port
  }))
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

async function eventually(look) {
  for (let wait = 0; ; wait += 1) {
    try {
      return await look()
    } catch (error) {
      if (wait > 400) throw error
      await new Promise((passed) => setTimeout(passed, 25))
    }
  }
}

/** What comes through the proxy at `port`, by its name and certificate. */
function through(port, path, { body, headers = {}, auth = `${gateway.client_key}:${gateway.secret_key}` } = {}) {
  const options = {
    port, path, method: body === undefined ? 'GET' : 'POST', host: '127.0.0.1', servername: NAME, timeout: 10_000,
    agent: new Agent({ ca: readFileSync(join(folder, 'chain.pem')) }), auth,
    headers: { host: NAME, 'content-type': 'application/json', ...headers }
  }
  return new Promise((resolve, reject) => {
    const call = request(options, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += chunk
      resolve({ status: answer.statusCode, text, json: () => JSON.parse(text) })
    })
    call.on('error', reject)
    call.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** The configuration as it stands, at other addresses. */
function changed(file, changes) {
  let text = readFileSync(join(DEPLOY, file), 'utf8')
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `${file} has ${from}`)
    text = text.replaceAll(from, to)
  }
  return text
}

async function works(port) {
  await eventually(async () => assert.equal((await through(port, '/readyz')).status, 200))
  const subscription_id = `through_${port}`
  const path = '/v2/request/subscribe/automatic-transfer'
  const asked = await through(port, path, { body: { ...REGISTRATION, subscription_id } })
  assert.equal(asked.json().status, 41, asked.text)
  const issued = (await through(port, `${path}/publish`, { body: { receipt_id: asked.json().receipt_id } })).json()
  const order = { billing_key: issued.billing_key, order_name: '월 구독', price: 9900, order_id: subscription_id }
  const paid = (await through(port, '/v2/subscribe/payment', { body: order })).json()
  assert.equal(paid.status, 1)
  assert.equal(paid.gateway_url, `https://${NAME}`)
  // A held request, whose customer never answers, is held through the proxy as well.
  const began = Date.now()
  const held = await through(port, path, { body: { ...REGISTRATION, phone: '01000000007', subscription_id: `held_${port}` } })
  assert.equal(held.json().status, 41, held.text)
  assert.ok(Date.now() - began >= 1900, `${Date.now() - began} ms`)
  const long = await through(port, '/v2/subscribe/payment', { body: { ...order, order_name: 'x'.repeat(70_000) } })
  assert.equal(long.status, 413)
  // Events come as they happen, not once a buffer is full.
  const first = await new Promise((resolve, reject) => {
    const options = {
      port, host: '127.0.0.1', servername: NAME, path: '/sandbox/events', headers: { host: NAME, accept: 'text/event-stream' },
      ca: readFileSync(join(folder, 'chain.pem')), auth: `${gateway.client_key}:${gateway.secret_key}`, timeout: 5_000
    }
    const call = get(options, (answer) => answer.once('data', (chunk) => {
      resolve(String(chunk))
      answer.destroy()
    }))
    call.on('timeout', () => reject(new Error('no event')))
    call.on('error', reject)
  })
  assert.match(first, /event: ?hello/)
}

test('nginx', { timeout: 60_000 }, async () => {
  const [port, plain] = await vacant(2)
  const site = changed('nginx/jadong.conf', [
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`], ['listen 80;', `listen 127.0.0.1:${plain};`], ['/etc/ssl/jadong', folder],
    ['127.0.0.1:4141', new URL(gateway.url).host], ['jadong-error.log crit', 'jadong-error.log warn'], ['/var/log/nginx', folder]
  ])
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  const all = `daemon off; pid ${folder}/nginx.pid; error_log stderr; events {}\nhttp { access_log off; ${paths.join(' ')}\n${site} }\n`
  writeFileSync(join(folder, 'nginx.conf'), all)
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
  execFileSync('nginx', ['-t', '-q', ...args])
  start('nginx', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  nginxPort = port
  await works(port)
  assert.equal((await fetch(`http://127.0.0.1:${plain}/v2/receipt/1`)).status, 403)
  assert.equal((await through(port, '/metrics')).status, 404)
  const page = await through(port, '/console/sign-in', { headers: { accept: 'text/html' } })
  assert.match(page.text, /type="?password/)

  // Large bodies, and addresses with a billing key in them, are in no file of nginx.
  const large = await through(port, '/v2/subscribe/payment', { body: { order_name: 'x'.repeat(50_000) } })
  assert.ok(large.status >= 400 && large.json().error_code, large.text)
  assert.doesNotMatch(readFileSync(join(folder, 'jadong-error.log'), 'utf8'), /buffered to a temporary file/)
  const log = readFileSync(join(folder, 'jadong.log'), 'utf8')
  assert.ok(log.includes(' POST 200 ') && !log.includes('/v2'), log)
})

test('nginx waits longer than the longest call takes', () => {
  const defaults = execFileSync(process.env.JADONG_BIN, ['config'], { encoding: 'utf8' })
  const seconds = (name) => Number(defaults.match(new RegExp(`^${name} = "(\\d+)s"`, 'm'))[1])
  const longest = 2 * (seconds('pg_queue_wait') + seconds('pg_connect_timeout') + seconds('pg_read_timeout')) + seconds('publish_wait')
  for (const [file, wait] of [['nginx/jadong.conf', /proxy_read_timeout (\d+)s/], ['caddy/Caddyfile', /response_header_timeout (\d+)s/]]) {
    assert.ok(Number(readFileSync(join(DEPLOY, file), 'utf8').match(wait)[1]) > longest, `${file}: ${longest} s may pass`)
  }
})

test('the address that nginx hands over is the one an allow list is asked about', { timeout: 30_000 }, async () => {
  const made = (name, range) => {
    const args = ['project', 'create', name, '--allow-ip', range, '--json', '--data', join(folder, 'data')]
    const { client_key, secret_key } = JSON.parse(execFileSync(process.env.JADONG_BIN, args, { env: { PATH: process.env.PATH } }))
    return `${client_key}:${secret_key}`
  }
  // What a caller claims of itself stands before what nginx appends, and is not believed.
  const claims = { 'x-forwarded-for': '203.0.113.7' }
  const path = '/v2/receipt/66542dfb4d18d5fc7b43e1b6'
  for (const [name, range, status] of [['here', '127.0.0.1/32', 404], ['elsewhere', '203.0.113.7/32', 401]]) {
    const auth = made(name, range)
    await eventually(async () => {
      const answer = await through(nginxPort, path, { headers: claims, auth })
      assert.equal(answer.status, status, answer.text)
    })
  }
})

const hasCaddy = (() => {
  try {
    return Boolean(execFileSync('caddy', ['version']))
  } catch {
    return false
  }
})()

test('Caddy, where it is installed', { timeout: 60_000, skip: !hasCaddy && 'no caddy' }, async () => {
  const [port, admin] = await vacant(2)
  const site = changed('caddy/Caddyfile', [
    [`${NAME} {`, `https://${NAME}:${port} {\n\ttls ${folder}/chain.pem ${folder}/key.pem\n\tbind 127.0.0.1`],
    ['127.0.0.1:4141', new URL(gateway.url).host]
  ])
  writeFileSync(join(folder, 'Caddyfile'), site.replace(/^\{\n/m, `{\n\tadmin 127.0.0.1:${admin}\n\tauto_https off\n`))
  const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const caddy = start('caddy', ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  caddy.stderr.on('data', (chunk) => { said += chunk })
  await works(port)
  assert.ok(said && !said.includes('/v2/'), said)
})
