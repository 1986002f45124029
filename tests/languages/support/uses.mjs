// What a page's code takes from an SDK: { of, member, kind: 'call' | 'field', arguments, value }. Read with patterns, which is
// enough for programs as plain as those of the pages; what a pattern does not understand is reported, not passed over.

/** Texts become "…" of the same kind, comments disappear: neither holds a name of the SDK. */
function bare(code) {
  const comment = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|\/\/.*|#(?!\{).*/g
  return code.replace(comment, (_, text) => (text ? text[0] + text.at(-1) : ''))
}

/** The text between the bracket at `open` and its partner. */
function inside(code, open) {
  let depth = 0
  for (let at = open; at < code.length; at += 1) {
    if ('([{'.includes(code[at])) depth += 1
    if (')]}'.includes(code[at]) && --depth === 0) return code.slice(open + 1, at)
  }
  throw new Error(`a bracket is not closed: ${code.slice(open, open + 60)}`)
}

/** The pieces between the commas of the outermost level. */
function pieces(text) {
  const found = ['']
  let depth = 0
  for (const letter of text) {
    if ('([{'.includes(letter)) depth += 1
    if (')]}'.includes(letter)) depth -= 1
    if (letter === ',' && depth === 0) found.push('')
    else found[found.length - 1] += letter
  }
  return found.map((piece) => piece.trim()).filter(Boolean)
}

/** The calls that `pattern` finds; it ends with the opening bracket and captures the receiver and the method. */
function calls(code, pattern, classOf) {
  return [...code.matchAll(pattern)].map((found) => {
    const open = found.index + found[0].length - 1
    return { of: classOf(found[1]), member: found[2], kind: 'call', arguments: pieces(inside(code, open)) }
  })
}

function fields(text, of, separator) {
  return pieces(text).map((piece) => {
    const [member, value] = piece.split(separator).map((part) => part.trim())
    return { of, member, kind: 'field', value }
  })
}

const READERS = {
  javascript: (code) => [
    ...calls(code, /\b(Bootpay)\.(\w+)\(/g, (name) => name),
    ...[...code.matchAll(/\bBootpay\.(\w+)(?=\.)/g)].map(([, member]) => ({ of: 'Bootpay', member, kind: 'field' }))
  ],
  python: (code) => [
    ...calls(code, /\b(bootpay)\.(\w+)\(/g, () => 'BootpayBackend'),
    ...calls(code, /\b(BootpayBackend)()\(/g, (name) => name).map((call) => ({ ...call, member: 'new' })),
    ...[...code.matchAll(/\bBootpayBackend\.(\w+)(?=\[)/g)].map(([, member]) => ({ of: 'BootpayBackend', member, kind: 'field' }))
  ],
  php: (code, whole) => [
    ...calls(code, /\b(BootpayApi)::(\w+)\(/g, (name) => name),
    ...[...whole.matchAll(/ReflectionProperty\((\w+)::class, '(\w+)'\)/g)].map(([, of, member]) => ({ of, member, kind: 'field' }))
  ],
  ruby: (code) => [
    ...calls(code, /\b(Bootpay::\w+)\.(new)\(/g, (name) => name),
    ...calls(code, /\b(bootpay)\.(\w+)\(/g, () => 'Bootpay::RestClient'),
    ...[...code.matchAll(/\bbootpay\.(\w+)(?![\w(])/g)].map(([, member]) => ({
      of: 'Bootpay::RestClient', member, kind: 'call', arguments: []
    }))
  ],
  java: (code) => {
    const types = Object.fromEntries([...code.matchAll(/\b([A-Z]\w*)(?:<[^>]*>)?\s+(\w+)\s*=/g)].map(([, type, name]) => [name, type]))
    const ours = (name) => !['HashMap', 'System'].includes(types[name] ?? name)
    return [
      ...calls(code, /\b(\w+)\.(\w+)\(/g, (name) => types[name] ?? name),
      ...[...code.matchAll(/\b(\w+)\.(\w+)\s*=(?!=)\s*([^;]+);/g)].map(([, name, member, value]) => ({
        of: types[name] ?? name, member, kind: 'field', value
      }))
    ].filter(({ of }) => ours(of) && !['System', 'err'].includes(of))
  },
  go: (code) => [
    ...calls(code, /\b(bootpay|api)\.([A-Z]\w*)\(/g, (name) => name),
    ...[...code.matchAll(/\bbootpay\.([A-Z]\w*)\{/g)].flatMap((found) =>
      fields(inside(code, found.index + found[0].length - 1), found[1], ':'))
  ],
  csharp: (code) => [
    ...calls(code, /\b(bootpay)\.(\w+)\(/g, () => 'BootpayApi'),
    ...calls(code, /:\s*(base)()\(/g, () => 'BootpayApi').map((call) => ({ ...call, member: 'new' })),
    ...[...code.matchAll(/^\s*(_\w+)\s*=\s*([^;]+);/gm)].map(([, member, value]) => ({ of: 'BootpayApi', member, kind: 'field', value })),
    ...[...code.matchAll(/\bnew (\w+) \{/g)].flatMap((found) =>
      fields(inside(code, found.index + found[0].length - 1), found[1], '='))
  ]
}

/** What `code` uses of the SDK, as a list. */
export function uses(language, code) {
  return READERS[language](bare(code), code)
}

/** Names that the compiler of the language would refuse: declared and not used, or used and not declared. */
export function strayNames(language, code) {
  const text = bare(code)
  const count = (name) => [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length
  if (language === 'go') {
    const declared = [...text.matchAll(/^\s*(?:if )?([\w, ]+?)\s*:=/gm)].flatMap(([, names]) => names.split(',').map((name) => name.trim()))
    return [...new Set(declared)].filter((name) => count(name) <= declared.filter((other) => other === name).length)
  }
  if (language === 'csharp') {
    const declared = [...text.matchAll(/\b(?:var|string|HttpResponseMessage) (\w+)\b/g)].map(([, name]) => name)
    const used = [...text.matchAll(/[=(,]\s*([a-z]\w*)\s*[,;)]/g)].map(([, name]) => name)
    return [...new Set(used)].filter((name) => !declared.includes(name))
  }
  return []
}
