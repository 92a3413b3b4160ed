import MagicString from 'magic-string'
import { parseSync } from 'oxc-parser'
import type { OxcError } from 'oxc-parser'
import { transformSync } from 'oxc-transform'
import type { Diagnostic } from '../diagnostic.ts'
import { Lines, Positions } from './positions.ts'
import type { Node } from './syntax.ts'
import { commonJsStatements, isJsx } from './unsupported-typescript.ts'

export interface ImportRequest {
  readonly specifier: string
  /** 1-based, in the user's source. */
  readonly line: number
  readonly column: number
  /** An `export * from`: the target's export names are needed. */
  readonly star: boolean
}

/** A module whose types are stripped and whose imports are known but not resolved. */
export interface ParsedModule {
  readonly module: string
  readonly file: string
  readonly text: string
  /** JavaScript, printed by the type stripper. */
  readonly javascript: string
  readonly map: object
  readonly program: Node
  readonly positions: Positions
  readonly requests: readonly ImportRequest[]
}

export type ParseOutcome =
  | { readonly status: 'parsed'; readonly parsed: ParsedModule }
  | { readonly status: 'rejected'; readonly diagnostics: readonly Diagnostic[] }

function toDiagnostics(errors: readonly OxcError[], text: string, file: string): Diagnostic[] {
  const lines = new Lines(text)
  return errors.map((error) => {
    const label = error.labels.at(-1)
    const [line, column] = label ? lines.at(label.start) : [0, 1]
    return {
      code: 'syntax',
      severity: 'error',
      file,
      line,
      column,
      message: error.message,
      ...(error.helpMessage ? { hint: `${error.helpMessage}.` } : {}),
    }
  })
}

const JSX = {
  code: 'unsupported',
  message: 'JSX is not compiled',
  hint: 'Call the function that the element stands for, such as `createElement`.',
} as const

/** Strips types and parses. Diagnostics carry places of `text`. */
export function parseModule(input: { readonly module: string; readonly file: string; readonly text: string }): ParseOutcome {
  const { file, text } = input
  const stripped = transformSync(file, text, { lang: 'ts', sourceType: 'module', sourcemap: true, target: 'esnext' })
  if (stripped.errors.some((error) => error.severity === 'Error')) {
    // What is JavaScript as it stands is taken so: TypeScript's grammar forbids some of it, such as two accessors of one name.
    const plain = parseSync('module.js', text, { lang: 'js', sourceType: 'module', showSemanticErrors: true })
    if (plain.errors.length === 0) return parseJavaScript(input, text, identityMap(text, file))
    // The stripper counts bytes, the parser UTF-16 units: only the latter's places are right.
    const again = parseSync('module.ts', text, { lang: 'ts', sourceType: 'module', showSemanticErrors: true })
    if (isJsx(text)) return { status: 'rejected', diagnostics: [{ ...(toDiagnostics(again.errors, text, file)[0] as Diagnostic), ...JSX }] }
    const errors = again.errors.length > 0 ? again.errors : stripped.errors.map((error) => ({ ...error, labels: [] }))
    return { status: 'rejected', diagnostics: toDiagnostics(errors as OxcError[], text, file) }
  }
  const refused = commonJsStatements(text, file)
  if (refused.length > 0) return { status: 'rejected', diagnostics: refused }
  return parseJavaScript(input, stripped.code, stripped.map ?? { version: 3, sources: [file], names: [], mappings: '' })
}

/** A map that leaves lines and columns as they are, word by word. */
function identityMap(text: string, file: string): object {
  return new MagicString(text).generateMap({ hires: 'boundary', source: file })
}

function parseJavaScript(
  { module, file, text }: { readonly module: string; readonly file: string; readonly text: string },
  javascript: string,
  map: object,
): ParseOutcome {
  const result = parseSync('module.js', javascript, { lang: 'js', sourceType: 'module' })
  const positions = new Positions(javascript, map as never)
  if (result.errors.length > 0) {
    const diagnostics = result.errors.map((error): Diagnostic => {
      const [line, column] = positions.at(error.labels[0]?.start ?? 0)
      return { code: 'syntax', severity: 'error', file, line, column, message: error.message }
    })
    return { status: 'rejected', diagnostics }
  }
  const program = result.program as unknown as Node
  return {
    status: 'parsed',
    parsed: {
      module,
      file,
      text,
      javascript,
      map,
      program,
      positions,
      requests: collectRequests(program, result.module.dynamicImports, javascript, positions),
    },
  }
}

function collectRequests(
  program: Node,
  dynamic: readonly { moduleRequest: { start: number; end: number } }[],
  javascript: string,
  positions: Positions,
): ImportRequest[] {
  const requests: ImportRequest[] = []
  for (const statement of program.body as Node[]) {
    if (!statement.source) continue
    const [line, column] = positions.at(statement.start)
    requests.push({
      specifier: statement.source.value,
      line,
      column,
      star: statement.type === 'ExportAllDeclaration' && !statement.exported,
    })
  }
  for (const { moduleRequest } of dynamic) {
    const literal = javascript.slice(moduleRequest.start, moduleRequest.end)
    if (!/^(["']).*\1$/s.test(literal)) continue
    const [line, column] = positions.at(moduleRequest.start)
    const parsed = parseSync('literal.js', literal).program.body[0] as unknown as Node | undefined
    const specifier: unknown = parsed?.expression?.value
    if (typeof specifier === 'string') requests.push({ specifier, line, column, star: false })
  }
  return requests
}
