// How a program of each language is run: what its file is called, what prepares it, what starts it.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NODE_MODULES = fileURLToPath(new URL('../../sdk/js/node_modules', import.meta.url))
const PYTHON = join(process.env.PYTHON_SDK_VENV ?? '', 'bin/python')
const MONO_LIBRARIES = ['System.Net.Http', 'System.Runtime.Serialization', 'System.Xml', 'System.Xml.Linq']

/** `role` is `main` or `webhook`; `port` is where the webhook endpoint listens. */
export const TOOLCHAINS = {
  javascript: {
    file: (role) => `${role}.mjs`,
    furnish: (folder) => symlinkSync(NODE_MODULES, join(folder, 'node_modules')),
    start: (role) => [process.execPath, `${role}.mjs`]
  },
  python: {
    file: (role) => `${role}.py`,
    start: (role) => [PYTHON, `${role}.py`]
  },
  php: {
    file: (role) => `${role}.php`,
    start: (role, port) => (role === 'webhook' ? ['php', '-S', `127.0.0.1:${port}`, 'webhook.php'] : ['php', `${role}.php`])
  },
  ruby: {
    file: (role) => `${role}.rb`,
    start: (role) => ['ruby', `${role}.rb`]
  },
  java: {
    file: (role) => (role === 'webhook' ? 'Webhook.java' : 'Main.java'),
    prepare: (role) => ['javac', '-encoding', 'UTF-8', role === 'webhook' ? 'Webhook.java' : 'Main.java'],
    start: (role) => ['java', '-Dfile.encoding=UTF-8', role === 'webhook' ? 'Webhook' : 'Main']
  },
  go: {
    file: (role) => `${role}.go`,
    prepare: (role) => ['go', 'build', '-o', role, `${role}.go`],
    start: (role) => [`./${role}`]
  },
  csharp: {
    file: (role) => `${role}.cs`,
    prepare: (role) => ['mcs', ...MONO_LIBRARIES.map((name) => `-r:${name}`), `-out:${role}.exe`, `${role}.cs`],
    start: (role) => ['mono', `${role}.exe`]
  }
}
