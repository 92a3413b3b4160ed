import vm from 'node:vm'
import v8 from 'node:v8'

/** Evaluates a script without leaving its text in V8's compilation cache, which would keep it for good. */
export function runScript(code: string, filename: string): unknown {
  v8.setFlagsFromString('--no-compilation-cache')
  try {
    return new vm.Script(code, { filename: flatten(filename) }).runInThisContext()
  } finally {
    v8.setFlagsFromString('--compilation-cache')
  }
}

// V8 keeps a name that was put together as its parts, and a heap snapshot cannot name the script then (PIN7).
function flatten(text: string): string {
  return Buffer.from(text).toString()
}
