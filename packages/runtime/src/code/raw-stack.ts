/** Renders a captured stack for whoever reads it: `raw` is V8's own text. */
export type RenderTrace = (error: unknown, raw: string) => string

/** V8's call site. */
interface Site {
  toString(): string
}

// Taken before any user code runs. The stack of an error is made when it is read for the first time, by what `Error.prepareStackTrace` is then.
const OriginalError = Error
const errorToString = Error.prototype.toString
const { captureStackTrace } = Error
const { apply, defineProperty, set } = Reflect

/** Between a module's code and what it reads through several re-exports. */
const FRAMES_OF_OURS = 20

let render: RenderTrace | undefined
/** The stack that is being made is for the runtime: it names scripts and lines as V8 knows them. */
let capturing = false

function prepare(error: unknown, sites: readonly Site[]): string {
  let text = capturing ? '' : apply(errorToString, error, [])
  for (let index = 0; index < sites.length; index++) text += `\n    at ${(sites[index] as Site).toString()}`
  if (capturing || render === undefined) return text
  try {
    return render(error, text)
  } catch {
    // At the end of the native stack.
    return text
  }
}

/** Every stack that this thread's modules read is rendered so, unless one of them sees to that itself. */
export function renderTracesBy(trace: RenderTrace): void {
  render = trace
  defineProperty(OriginalError, 'prepareStackTrace', { value: prepare, writable: true, configurable: true, enumerable: false })
}

/** V8's text of the native stack, whatever a module made of `Error`; empty where it leaves no way. */
export function captureStack(limit: number): string {
  const { stackTraceLimit, prepareStackTrace } = OriginalError
  set(OriginalError, 'stackTraceLimit', limit)
  set(OriginalError, 'prepareStackTrace', prepare)
  capturing = true
  try {
    return String(new OriginalError().stack)
  } catch {
    return ''
  } finally {
    capturing = false
    set(OriginalError, 'stackTraceLimit', stackTraceLimit)
    set(OriginalError, 'prepareStackTrace', prepareStackTrace)
  }
}

/** Takes the stack of an error anew where frames of ours would leave no room for those of modules. */
export function captureWide(error: object): void {
  const { stackTraceLimit } = OriginalError
  set(OriginalError, 'stackTraceLimit', stackTraceLimit + FRAMES_OF_OURS)
  captureStackTrace(error)
  set(OriginalError, 'stackTraceLimit', stackTraceLimit)
}

/** Makes an error that names nobody's frames, and so keeps no code alive. */
export function withoutStack<E extends Error>(make: () => E): E {
  const { stackTraceLimit } = OriginalError
  set(OriginalError, 'stackTraceLimit', 0)
  try {
    return make()
  } finally {
    set(OriginalError, 'stackTraceLimit', stackTraceLimit)
  }
}

/** How many frames a module wants to see. */
export function shownFrames(): number {
  const { stackTraceLimit } = OriginalError
  return typeof stackTraceLimit === 'number' ? stackTraceLimit : 0
}
