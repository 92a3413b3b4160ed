import type { CodeInstance } from '../code/instance.ts'
import { captureStack } from '../code/raw-stack.ts'
import type { Core } from './core.ts'

/** A synchronous call of the turn in progress: it stands on the native stack only. */
export interface NativeFrame {
  /** `null` for a package's code. */
  readonly owner: CodeInstance | null
  readonly function: string
  readonly at: string
}

/** Frames of ours between `spawn` and the function that it looks at. */
const CALLED_FRAMES = 10
const RENDERED = /^ {4}at (?:(.+) )?\((.+):(\d+):\d+ (\S+)\)$/gm

/** The calls of user code that are on the native stack, innermost first; to be asked from a check's slow path. */
export function nativeFrames(core: Core, limit: number): NativeFrame[] {
  return framesIn(core, { stack: captureStack(limit) })
}

/** The calls of user code in a captured stack, innermost first. */
export function framesIn(core: Core, captured: { readonly stack?: string }): NativeFrame[] {
  const { code } = core.options
  return [...code.renderStack(captured).matchAll(RENDERED)].map(([, name = '', file = '', line = '', label = '']) => ({
    owner: code.instanceOfScript(label) ?? null,
    function: name,
    at: `${file}:${line}`,
  }))
}

/** The generation of the innermost call of user code, without its line. */
export function innermostOwnerOnStack(core: Core): CodeInstance | null {
  for (const [, script = ''] of captureStack(CALLED_FRAMES).matchAll(SCRIPT)) {
    const owner = core.options.code.instanceOfScript(script)
    if (owner !== undefined) return owner
    if (script.startsWith('package:')) return null
  }
  return null
}

const SCRIPT = /(?:^ {4}at |\()([^\s()]+):\d+:\d+\)?$/gm

/** Every generation with a synchronous call on the native stack, however deep. */
export function nativeOwners(core: Core): Set<CodeInstance> {
  const owners = new Set<CodeInstance>()
  for (const [, script = ''] of captureStack(Number.POSITIVE_INFINITY).matchAll(SCRIPT)) {
    const owner = core.options.code.instanceOfScript(script)
    if (owner !== undefined) owners.add(owner)
  }
  return owners
}
