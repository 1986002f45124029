// The code blocks of a page of the manual. A fence's second word says what a block is for:
//   run      a piece of the program; the pieces are put together in the order of the page
//   webhook  the webhook endpoint, a program of its own
//   sdk      calls of an SDK that cannot be installed here: compared with recordings, not run
// and ```text run / ```text webhook are what the two programs print.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = new URL('../../../docs/integrating/', import.meta.url)

/** `suffix`: '' for the English page, '.ko' for the Korean one. */
export function readPage(name, suffix = '') {
  const text = readFileSync(fileURLToPath(new URL(`${name}${suffix}.md`, FOLDER)), 'utf8')
  const blocks = [...text.matchAll(/^```(\w+) (\w+)\n([\s\S]*?)^```$/gm)]
    .map(([, tag, role, code]) => ({ tag, role, code }))
  const all = (role, isOutput) =>
    blocks.filter((block) => block.role === role && (block.tag === 'text') === isOutput).map((block) => block.code)
  const only = (role, isOutput) => {
    const found = all(role, isOutput)
    if (found.length !== 1) throw new Error(`${name}${suffix}.md has ${found.length} blocks "${role}"`)
    return found[0]
  }
  return {
    blocks,
    program: all('run', false).join('\n'),
    sdk: all('sdk', false).join('\n'),
    endpoint: only('webhook', false),
    prints: only('run', true),
    endpointPrints: only('webhook', true)
  }
}

/** What was printed must be this, with an id for every `…`. */
export function pattern(expected) {
  const escaped = expected.trimEnd().replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('…', '[0-9a-f]{24}')}\\n$`)
}
