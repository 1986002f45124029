// The dashboard and the alarms ask for metrics that there are: each name is on the page of metrics, and what this gateway prints
// after a day's work has the labels that they are asked by.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { BINARY, ROOT, run, startGateway, until } from './support/gateway.mjs'

const read = (path) => readFile(join(ROOT, path), 'utf8')
const ADDED_BY_PROMETHEUS = ['job', 'instance', 'le']
// Printed by every gateway that has issued, charged, cancelled and told of it.
const PRINTED = [
  'jadong_http_request_seconds', 'jadong_consents_total', 'jadong_payments_total', 'jadong_pg_call_seconds', 'jadong_pg_queue_seconds',
  'jadong_store_commit_seconds', 'jadong_store_queue_seconds', 'jadong_debits_held', 'jadong_errors_total', 'jadong_nodes',
  'jadong_webhook_attempts_total', 'jadong_due_late'
]

let folder, gateway, printed

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jadong-metrics-'))
  // Nobody is there: the attempt is counted.
  gateway = await startGateway(folder)
  await run(BINARY, ['webhook', 'set', 'sandbox', 'http://127.0.0.1:9/', '--data', gateway.data])
  for (const scenario of ['issued-key', 'paid', 'declined-debit', 'partial-cancels']) {
    await run(BINARY, ['trigger', scenario, '--url', gateway.url])
  }
  printed = await until('every metric', async () => {
    const labels = labelsOf(await (await fetch(`${gateway.admin_url}/metrics`)).text())
    return PRINTED.every((name) => labels.has(name)) && labels
  })
})

after(async () => {
  await gateway?.stop()
  await rm(folder, { recursive: true, force: true })
})

const plain = (name) => name.replace(/_(bucket|count|sum)$/, '')

/** The labels of each metric in a page of Prometheus' text format. */
function labelsOf(text) {
  const found = new Map()
  for (const [, name, labels] of text.matchAll(/^(jadong_\w+)(?:\{(.*?)\})? /gm)) {
    const own = found.get(plain(name)) ?? new Set()
    for (const [, label] of (labels ?? '').matchAll(/(\w+)="/g)) own.add(label)
    found.set(plain(name), own)
  }
  return found
}

/** What PromQL asks of our metrics: their names, and the labels in the braces after each. */
function asked(promql) {
  const found = []
  for (const [, name, selector] of promql.matchAll(/(jadong_\w+)(?:\{([^}]*)\})?/g)) {
    const labels = [...(selector ?? '').matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label)
    found.push({ name: plain(name), labels })
  }
  return found
}

async function assertKnown(promql, where) {
  const page = await read('docs/reference/metrics.md')
  for (const { name, labels } of asked(promql)) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
    assert.ok(row, `${where}: ${name} is not on the page of metrics`)
    for (const label of labels.filter((label) => !ADDED_BY_PROMETHEUS.includes(label))) {
      assert.ok(row.includes(`\`${label}\``), `${where}: ${name} has no label ${label} on the page of metrics`)
      const own = printed.get(name)
      if (own) assert.ok(own.has(label), `${where}: ${name} is printed without ${label}, with ${[...own]}`)
    }
  }
}

test('the dashboard', async () => {
  const dashboard = JSON.parse(await read('deploy/grafana/jadong.json'))
  const targets = dashboard.panels.flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel, target })))
  assert.ok(targets.length > 15, `${targets.length} queries`)
  for (const { panel, target } of targets) await assertKnown(target.expr, panel.title)
  const ids = dashboard.panels.map((panel) => panel.id)
  assert.equal(new Set(ids).size, ids.length, 'each panel has an id of its own')
  const names = new Set(targets.flatMap(({ target }) => asked(target.expr)).map(({ name }) => name))
  assert.ok([...names].filter((name) => printed.has(name)).length > 8, `of ${[...names]}, few are printed`)
})

test('the alarms', async () => {
  const rules = await read('docs/operating/alarms.yml')
  const expressions = [...rules.matchAll(/^ {8}expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)/gm)].map(([, block, line]) => block ?? line)
  assert.ok(expressions.length > 25, `${expressions.length} alarms`)
  for (const expression of expressions) await assertKnown(expression, expression.trim())
})

test('what is scraped is what the dashboard and the alarms are about', async () => {
  const scrape = await read('deploy/prometheus/scrape.yaml')
  assert.match(scrape, /job_name: jadong\n/)
  assert.match(scrape, /127\.0\.0\.1:4142/)
})
