import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Where the binary for this machine is. Throws where there is none. */
export function binaryPath() {
  const name = `@jadong/${process.platform}-${process.arch}`
  try {
    return require.resolve(`${name}/bin/jadong`)
  } catch {
    throw new Error(
      `jadong: there is no binary for this machine: the package ${name} is not installed. ` +
        'Is there one for this platform, and were optional dependencies left out (--omit=optional)?'
    )
  }
}
