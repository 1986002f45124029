// What an SDK has, as far as the pages use it: recorded from its sources, a file for each language.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export function readSurface(language) {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../surface/${language}.json`, import.meta.url)), 'utf8'))
}

/** Every fault of what a page uses; an empty list when the SDK has it all. */
export function faults(surface, used) {
  return used.flatMap((use) => {
    const known = surface.classes[use.of]
    if (!known) return [`there is no ${use.of}`]
    const has = use.kind === 'call' ? known.methods?.[use.member] : known.fields?.[use.member]
    const name = `${use.of}.${use.member}`
    if (has === undefined) return [`there is no ${name}`]
    if (use.kind === 'field') return fits(has, use.value) ? [] : [`${name} is a ${has}, not ${use.value}`]
    if (has.since && isOlder(surface.minimum, has.since)) return [`${name} is there since ${has.since} only`]
    return wrongArguments(name, has, use.arguments)
  })
}

function wrongArguments(name, has, given) {
  if (has.keywords) {
    return given.flatMap((argument) => {
      if (argument.startsWith('**')) return []
      const keyword = argument.match(/^(\w+)\s*[:=](?!=)/)?.[1]
      return has.keywords.includes(keyword) ? [] : [`${name} takes keywords, and none of ${argument}`]
    })
  }
  return given.length === has.arguments.length ? [] : [`${name} takes ${has.arguments.length} arguments, not ${given.length}`]
}

/** Only what a literal says for itself: an int is no Double to Java, whose boxes do not widen. */
function fits(type, value) {
  if (value === undefined || !/^(-?[\d.]+[dfL]?|".*")$/.test(value)) return true
  const isText = value.startsWith('"')
  if (type === 'Double') return !isText && /[.d]/.test(value)
  if (['String', 'string'].includes(type)) return isText
  return !isText
}

function isOlder(version, other) {
  const parts = (text) => text.split(/[.-]/).map(Number)
  const [a, b] = [parts(version), parts(other)]
  for (let at = 0; at < 3; at += 1) if (a[at] !== b[at]) return a[at] < b[at]
  return false
}
