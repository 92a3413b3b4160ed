import { decodedMappings, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'

/** A script of a generation or package, as a stack trace names it. */
export interface MappedScript {
  readonly map: string
  readonly file: string
  /** `session@3`, or `marked@4.3.0` */
  readonly label: string
  /** Of a package: its map has a segment for each edit, between which columns are counted on. */
  readonly isPackage?: boolean
  trace?: TraceMap
}

const FRAME = /^\s+at (?:(.*) \()?(.+?):(\d+):(\d+)\)?$/
/** A frame that is rendered already: `(session.ts:7:3 session@3)`, `(marked@4.3.0 lib/marked.js:3:1)`, `(pg lib/client.js:5:1)`. */
const RENDERED = /^ {4}at (?:.* )?\((?:[^()]+:\d+:\d+ \S+@\d+|(?!file:|\/)\S+ \S+:\d+:\d+)\)$/
/** A file of a package that Node itself loaded. */
const INSTALLED = /^.*\/node_modules\/(?!@strata\/)((?:@[^/]+\/)?[^/]+)\/(.+)$/
/** The runtime starts a strand for a call that nobody awaits at once. */
const STARTS = /^\s+at SchedulerRegisters\.start \(/
/** What `Names.fresh` puts behind the name of a function of lowered code; of a private method one more `$`. */
const SUFFIX = /\$\$(?:[\da-z]+_)?\d+(\$?)$/
const STACK_LENGTH_MAX = 16_000

/** A frame of a captured stack as V8 names it. */
export interface RawFrame {
  readonly function: string
  readonly script: string
  readonly line: number
  readonly column: number
}

/** The frames of a captured stack, innermost first. */
export function framesOf(stack: string): RawFrame[] {
  return stack.split('\n').flatMap((text) => {
    const match = FRAME.exec(text)
    if (match === null) return []
    const [, name, script = '', line = '0', column = '1'] = match
    return [{ function: cleanName(name), script, line: Number(line), column: Number(column) }]
  })
}

/** `session.ts:41` */
export function placeIn(script: MappedScript, frame: RawFrame): string {
  return `${script.file}:${mapPosition(script, frame.line, frame.column)?.line ?? 1}`
}

/** Text of an error with the user's lines and `module@generation`; frames of the runtime and of Node are left out, and so is what was made for an async function beside it. */
export function renderStack(error: unknown, scriptNamed: (name: string) => MappedScript | undefined): string {
  const lines = readStack(error).split('\n')
  const rendered: string[] = []
  let isEntry = false
  let isOurs = false
  for (const [index, line] of lines.entries()) {
    const match = RENDERED.test(line) ? null : FRAME.exec(line)
    if (match === null) {
      if (RENDERED.test(line) || !/^\s+at /.test(line)) rendered.push(line)
      continue
    }
    const [, name = '', script = '', lineText = '0', columnText = '1'] = match
    const known = scriptNamed(script)
    if (known === undefined) {
      isEntry = STARTS.test(line)
      const installed = INSTALLED.exec(script)
      // What runs the runtime is no code of the system.
      isOurs ||= installed === null && !script.startsWith('node:')
      if (installed !== null && !isOurs)
        rendered.push(`    at ${name === '' ? '' : `${name} `}(${installed[1]} ${installed[2]}:${lineText}:${columnText})`)
      continue
    }
    isOurs = false
    // Its body stands in a generator, which this function makes and starts.
    if (isEntry) {
      isEntry = false
      continue
    }
    isEntry = known.isPackage !== true && SUFFIX.test(name) && !/^\s+at .*\.(?:next|throw|return) \(/.test(lines[index + 1] ?? '')
    const position = mapPosition(known, Number(lineText), Number(columnText))
    if (position === undefined) continue
    const { line: at, column } = position
    const shown = known.isPackage === true ? name : cleanName(name)
    const place = known.isPackage === true ? `${known.label} ${known.file}:${at}:${column}` : `${known.file}:${at}:${column} ${known.label}`
    rendered.push(`    at ${shown === '' ? '' : `${shown} `}(${place})`)
  }
  return rendered.join('\n').slice(0, STACK_LENGTH_MAX)
}

/** The innermost frame of user code in a captured stack. */
export function innermostFrame(
  stack: string,
  scriptNamed: (name: string) => MappedScript | undefined,
): { function: string; at: string; script: string } | undefined {
  for (const line of stack.split('\n')) {
    const match = FRAME.exec(line)
    if (match === null) continue
    const [, name, script = '', lineText = '0', columnText = '1'] = match
    const known = scriptNamed(script)
    if (known === undefined) continue
    const position = mapPosition(known, Number(lineText), Number(columnText))
    if (position === undefined) continue
    const { line: at } = position
    return { function: cleanName(name), at: `${known.file}:${at}`, script }
  }
  return undefined
}

/** `undefined` in what the compiler puts before the user's first word: helpers are ours. */
function mapPosition(script: MappedScript, line: number, column: number): { line: number; column: number } | undefined {
  script.trace ??= new TraceMap(script.map)
  if (script.isPackage === true) return countPosition(script.trace, line, column)
  const original = originalPositionFor(script.trace, { line, column: Math.max(0, column - 1) })
  if (original.line !== null) return { line: original.line, column: original.column + 1 }
  // What the compiler adds at the beginning of a line belongs to what stands before it.
  const mappings = decodedMappings(script.trace)
  for (let before = line - 2; before >= 0; before--) {
    const segment = mappings[before]?.at(-1)
    if (segment !== undefined && segment.length > 1) return { line: (segment[2] as number) + 1, column: (segment[3] as number) + 1 }
  }
  return undefined
}

/** A replaced text has a name in the map and stands for where it begins; behind every other segment the text is the file's own. */
function countPosition(trace: TraceMap, line: number, column: number): { line: number; column: number } {
  const segments = decodedMappings(trace)[line - 1] ?? []
  const found = segments.findLastIndex(([start]) => start < column)
  // A call of an imported function is placed behind its replaced name: natively it stands where the name begins.
  const index = segments[found]?.[0] === column - 1 && segments[found - 1]?.length === 5 ? found - 1 : found
  const segment = segments[index] ?? segments[0]
  if (segment === undefined || segment.length === 1) return { line, column }
  const [start, , original, from] = segment
  if (segment.length === 5 || index < 0) return { line: original + 1, column: from + 1 }
  const next = segments[index + 1]
  const counted = from + column - start
  const end = next !== undefined && next.length > 1 && next[2] === original ? Math.max(from + 1, (next[3] as number) + 1) : counted
  return { line: original + 1, column: Math.min(counted, end) }
}

// Functions of lowered code have our suffix, and a method stands in a private one, which the user wrote neither.
function cleanName(name: string | undefined): string {
  if (name === undefined) return ''
  const bare = name.replace(/\.next$/, '')
  const suffix = SUFFIX.exec(bare)
  if (suffix === null) return bare.replace(/^\$\$[\w$.]+$/, '')
  const shown = bare.slice(0, suffix.index)
  return suffix[1] === '' ? shown.replace(/^#/, '') : shown
}

function readStack(error: unknown): string {
  try {
    if (error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error)) {
      const stack = (error as { stack: unknown }).stack
      if (typeof stack === 'string') return stack
    }
    return `Uncaught ${String(error)}`
  } catch {
    return 'Uncaught value that cannot be shown'
  }
}
