import { types } from 'node:util'
import type { FunctionDescriptor } from '../compiler/compiled.ts'
import type { CodeInstance } from '../code/instance.ts'
import { shownFrames } from '../code/raw-stack.ts'
import { ProcessError, PurgedCodeError } from '../process/process-error.ts'
import { ownerOf } from '../process/frame.ts'
import type { Frame } from '../process/frame.ts'
import type { Core } from './core.ts'

/** A frame that waited for the one in which an exception was thrown. It refers to no code: an error outlives its generation. */
interface AsyncCaller {
  readonly function: FunctionDescriptor
  readonly site: number
  readonly file: string
  readonly module: string
  readonly generation: number
}

/** What is known of an exception since it left its first frame. */
export interface Thrown {
  /** The generation of that frame: where a process failed is known before it is unwound. */
  readonly owner: CodeInstance
  readonly callers: readonly AsyncCaller[]
}

const { isNativeError } = types
const CALLERS_MAX = 50

/** An exception leaves `frame`; `passing`: what the frame waited for threw it. */
export function noteThrown(core: Core, frame: Frame, error: unknown, passing: boolean): void {
  const known = thrownOf(core, error)
  // A strand that nobody awaited where it began has no callers but who waits for its promise.
  if (known !== undefined && (known.callers.length > 0 || !passing)) return
  const owner = known?.owner ?? ownerOf(frame.descriptor)
  if (owner.isRuntime) return
  // What has no stack is placed by the frame that threw it.
  const thrown = { owner, callers: callersFrom(passing || !isNativeError(error) ? frame : frame.parent) }
  if (isObject(error)) core.thrownIn.set(error, thrown)
  else core.thrownValue = { value: error, thrown }
}

/** What is known of an exception; of one that is no object, in the turn in which it is thrown. */
export function thrownOf(core: Core, error: unknown): Thrown | undefined {
  if (isObject(error)) return core.thrownIn.get(error)
  return core.thrownValue !== null && Object.is(core.thrownValue.value, error) ? core.thrownValue.thrown : undefined
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function callersFrom(innermost: Frame | null): AsyncCaller[] {
  const callers: AsyncCaller[] = []
  const limit = Math.min(shownFrames(), CALLERS_MAX)
  for (let frame = innermost; frame !== null && callers.length < limit; frame = frame.parent) {
    const { module, generation, compiled, isRuntime } = ownerOf(frame.descriptor)
    if (!isRuntime) callers.push({ function: frame.descriptor.function, site: frame.site, file: compiled.file, module, generation })
  }
  return callers
}

/** The text of an error, rendered already, with the frames that waited for the one it was thrown in, as V8 shows them. */
export function withCallers(core: Core, error: unknown, rendered: string): string {
  if (rendered.includes('\n    at async ')) return rendered
  const left = shownFrames() - rendered.split('\n    at ').length + 1
  if (left <= 0) return rendered
  const callers = thrownOf(core, error)?.callers ?? (isObject(error) ? readersOf(core, rendered) : [])
  return rendered + callers.slice(0, left).map(lineOf).join('')
}

/** The error is read in the frame that caught it, or made it. */
function readersOf(core: Core, rendered: string): readonly AsyncCaller[] {
  const top = core.current === null ? null : (core.strand?.top ?? null)
  if (top === null) return []
  const outermost = rendered.slice(rendered.lastIndexOf('\n'))
  if (!outermost.startsWith('\n    at ')) return callersFrom(top)
  const { module, generation } = ownerOf(top.descriptor)
  const name = top.descriptor.function.name.replace(/^.*\./, '')
  const stands = outermost.endsWith(` ${module}@${generation})`) && (outermost.includes(`at ${name} (`) || name === 'anonymous')
  return stands ? callersFrom(top.parent) : []
}

function lineOf({ function: { name, line, column, sites }, site, file, module, generation }: AsyncCaller): string {
  const [atLine, atColumn] = sites[site] ?? [line, column]
  return `\n    at async ${name === 'anonymous' ? '' : `${name} `}(${file}:${atLine}:${atColumn} ${module}@${generation})`
}

/** What a module of the thread reads as `error.stack`. */
export function renderTrace(core: Core, error: unknown, raw: string): string {
  const rendered = withCallers(core, error, core.options.code.renderStack({ stack: raw }))
  if (rendered.includes('\n    at ') || error instanceof ProcessError || error instanceof PurgedCodeError) return rendered
  // Without a frame of a module or package it is a mistake of ours, or Node's own: whoever mends it needs those frames.
  return raw
}
