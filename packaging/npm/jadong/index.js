// A gateway for a test: on a free port, in a fresh folder, gone with the test.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binaryPath } from './binary.js'

export { binaryPath }

const START_MS = 20_000
// Shorter than the patience of the usual test runners (5 s), whose message would say less.
const WAIT_MS = 4_000
const LOOK_MS = 20

const pause = (ms) => new Promise((passed) => setTimeout(passed, ms))

/** Starts a sandbox of its own. `settings` are those of the manual: `{ consent_hold: '300ms' }`. */
export async function start({ settings = {}, data, listen = '127.0.0.1:0', binary = binaryPath() } = {}) {
  const own = await mkdtemp(join(tmpdir(), 'jadong-'))
  const ready = join(own, 'ready.json')
  const args = ['serve', '--listen', listen, '--data', data ?? join(own, 'data'), '--ready-file', ready, '--stop-with-stdin']
  // Its end is the end of the gateway, also when this process is killed.
  const child = spawn(binary, args, { stdio: ['pipe', 'ignore', 'pipe'], env: environment(settings) })
  let said = ''
  child.stderr.on('data', (piece) => { said = (said + piece).slice(-4000) })
  child.stdin.on('error', () => {})
  const ended = new Promise((end) => {
    child.once('error', (error) => end(error.message))
    child.once('close', (code, signal) => end(code ?? signal))
  })
  let isOver = false
  const cleanedUp = ended.then(async (how) => {
    isOver = true
    await rm(own, { recursive: true, force: true })
    return how
  })
  try {
    const told = await readWhenThere(ready, () => isOver)
    const sandbox = new Sandbox(told, async () => {
      child.stdin.end()
      await cleanedUp
    })
    await sandbox.webhooks.listen()
    return sandbox
  } catch (error) {
    child.kill('SIGKILL')
    await cleanedUp
    throw new Error(`jadong did not start: ${said.trim() || error.message}`)
  }
}

/**
 * A sandbox that runs already, such as one that the jobs of a build share. With a `name` (small letters, digits, `-` and `_`) a
 * project of its own, made when it is first used: with a telephone, a clock, faults and webhooks that no other name sees.
 */
export async function connect({ url, name, clientKey = 'sandbox_client_key', secretKey = 'sandbox_secret_key' }) {
  const told = { url: url.replace(/\/+$/, ''), client_key: clientKey, secret_key: secretKey }
  if (name !== undefined) {
    for (const credential of ['client_key', 'secret_key', 'application_id', 'private_key']) told[credential] = `sandbox_${name}`
  }
  const sandbox = new Sandbox(told, async () => {})
  const hello = await sandbox.webhooks.hello()
  sandbox.webhookSecret = hello.webhook_secret
  return sandbox
}

function environment(settings) {
  const env = { ...process.env }
  for (const [name, value] of Object.entries(settings)) env[`JADONG_${name.toUpperCase()}`] = String(value)
  return env
}

async function readWhenThere(path, isOver) {
  for (const until = Date.now() + START_MS; Date.now() < until; await pause(LOOK_MS)) {
    try {
      return JSON.parse(await readFile(path, 'utf8'))
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
    if (isOver()) throw new Error('it ended')
  }
  throw new Error(`it was not ready after ${START_MS} ms`)
}

/** A refusal by the gateway: its `error_code`, and what it said. */
export class SandboxError extends Error {
  constructor(status, body) {
    super(`${status} ${body?.error_code ?? ''} ${body?.message ?? JSON.stringify(body)} ${body?.hint ?? ''}`.trim())
    this.status = status
    this.errorCode = body?.error_code
    this.body = body
  }
}

class Sandbox {
  #end
  #stopped

  constructor(told, end) {
    this.url = told.url
    this.entrypoint = `${told.url}/v2`
    this.adminUrl = told.admin_url
    this.consoleUrl = told.console_url
    this.clientKey = told.client_key
    this.secretKey = told.secret_key
    this.applicationId = told.application_id
    this.privateKey = told.private_key
    this.webhookSecret = told.webhook_secret
    this.#end = end
    this.phone = new Phone(this)
    this.clock = new Clock(this)
    this.faults = new Faults(this)
    this.webhooks = new Webhooks(this)
  }

  get authorization() {
    return `Basic ${Buffer.from(`${this.clientKey}:${this.secretKey}`).toString('base64')}`
  }

  /** Any request to the gateway with the project's credentials; its JSON, or a `SandboxError`. */
  async request(method, path, body) {
    const headers = { authorization: this.authorization, 'content-type': 'application/json' }
    const answer = await fetch(this.url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    const json = await answer.json().catch(() => undefined)
    if (!answer.ok) throw new SandboxError(answer.status, json)
    return json
  }

  /** Ends the gateway, and takes its folder away. */
  stop() {
    this.#stopped ??= (async () => {
      this.webhooks.close()
      await this.#end()
    })()
    return this.#stopped
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.stop()
  }
}

/** The customer's telephone. */
class Phone {
  #sandbox

  constructor(sandbox) {
    this.#sandbox = sandbox
  }

  /** From now on every customer waits for an answer of yours. */
  byHand() {
    return this.#sandbox.request('POST', '/sandbox/phone', { answering: 'by_hand' })
  }

  /** Each customer decides by the number again. */
  byNumber() {
    return this.#sandbox.request('POST', '/sandbox/phone', { answering: 'auto' })
  }

  /** Who is being called now. */
  async ringing() {
    return (await this.#sandbox.request('GET', '/sandbox/calls?state=ringing')).calls
  }

  agree(which) {
    return this.#answer('agree', which)
  }

  refuse(which) {
    return this.#answer('refuse', which)
  }

  hangUp(which) {
    return this.#answer('hang_up', which)
  }

  wrongKey(which) {
    return this.#answer('wrong_key', which)
  }

  /** Waits for a call that rings (the oldest, or that of `receiptId` or `subscriptionId`), and answers it. */
  async #answer(answer, { receiptId, subscriptionId, timeout = WAIT_MS } = {}) {
    for (const until = Date.now() + timeout; ; await pause(LOOK_MS)) {
      const calls = (await this.ringing()).reverse()
      const isIt = (call) =>
        (!receiptId || call.receipt_id === receiptId) && (!subscriptionId || call.subscription_id === subscriptionId)
      const call = calls.find(isIt)
      if (call) return this.#sandbox.request('POST', `/sandbox/calls/${call.receipt_id}`, { answer })
      if (Date.now() >= until) throw new Error(`jadong: no telephone rang within ${timeout} ms`)
    }
  }
}

/** The project's clock: it only goes forward. */
class Clock {
  #sandbox

  constructor(sandbox) {
    this.#sandbox = sandbox
  }

  /** What time it is for the project. */
  async now() {
    return new Date((await this.#sandbox.request('GET', '/sandbox/clock')).now)
  }

  /** Skips time (`30d`, `1mo`, `12h`) and does what falls due on the way. */
  advance(by) {
    return this.#sandbox.request('POST', '/sandbox/clock', { advance: by })
  }
}

/** What goes wrong between the gateway and the PG. */
class Faults {
  #sandbox

  constructor(sandbox) {
    this.#sandbox = sandbox
  }

  /** Lets the next call go wrong: `next('drop-after', { on: 'charge' })`. */
  next(kind, { on = 'any', times = 1, ...more } = {}) {
    return this.#sandbox.request('POST', '/sandbox/faults', { kind, on, times, ...more })
  }

  /** Those that wait. */
  async waiting() {
    return (await this.#sandbox.request('GET', '/sandbox/faults')).faults
  }

  clear() {
    return this.#sandbox.request('DELETE', '/sandbox/faults')
  }
}

/** The project's webhooks, as they are sent: no endpoint is needed. What comes is kept until it is handed over. */
class Webhooks {
  #sandbox
  #abort
  #opened
  #arrived = []
  #waiting = []

  constructor(sandbox) {
    this.#sandbox = sandbox
  }

  /** Takes up listening; resolves once nothing that comes is missed. */
  async listen() {
    await this.hello()
  }

  hello() {
    this.#opened ??= this.#open()
    return this.#opened
  }

  /**
   * The next one of this type (any, without one) that was not handed over yet; waits for it.
   * Its `body` is what was sent, byte for byte, its `headers` have the signature, its `json` is the body read.
   */
  async next(type, { timeout = WAIT_MS } = {}) {
    await this.hello()
    const wanted = (webhook) => !type || webhook.webhook_type === type
    const at = this.#arrived.findIndex(wanted)
    if (at >= 0) return this.#arrived.splice(at, 1)[0]
    return new Promise((resolve, reject) => {
      const waiter = { wanted, resolve }
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter)
        const seen = this.#arrived.map((webhook) => webhook.webhook_type).join(', ') || 'none'
        reject(new Error(`jadong: no webhook ${type ?? ''} came within ${timeout} ms; not handed over yet: ${seen}`))
      }, timeout)
      waiter.resolve = (webhook) => { clearTimeout(timer); resolve(webhook) }
      this.#waiting.push(waiter)
    })
  }

  /** Those that came and were not handed over yet; they are forgotten. */
  take() {
    return this.#arrived.splice(0)
  }

  close() {
    this.#abort?.abort()
  }

  async #open() {
    this.#abort = new AbortController()
    const answer = await fetch(`${this.#sandbox.url}/sandbox/events`, {
      headers: { authorization: this.#sandbox.authorization },
      signal: this.#abort.signal
    })
    if (!answer.ok) throw new SandboxError(answer.status, await answer.json().catch(() => undefined))
    return new Promise((resolve, reject) => {
      this.#read(answer.body, resolve).catch(() => {}).finally(() => reject(new Error('jadong: the stream of events ended')))
    })
  }

  async #read(stream, greet) {
    const decoder = new TextDecoder()
    let text = ''
    for await (const piece of stream) {
      text += decoder.decode(piece, { stream: true })
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.#take(text.slice(0, end), greet)
        text = text.slice(end + 2)
      }
    }
  }

  #take(event, greet) {
    const field = (name) => event.split('\n').filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2)).join('\n')
    const name = field('event')
    if (name === 'hello') greet(JSON.parse(field('data')))
    if (name !== 'webhook') return
    const webhook = JSON.parse(field('data'))
    if (webhook.body.startsWith('{')) webhook.json = JSON.parse(webhook.body)
    const at = this.#waiting.findIndex((waiter) => waiter.wanted(webhook))
    if (at >= 0) this.#waiting.splice(at, 1)[0].resolve(webhook)
    else this.#arrived.push(webhook)
  }
}
