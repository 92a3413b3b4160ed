import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where a test's text stands: as the body of a module, or in an async function that a module exports. */
export type Placement = 'body' | 'function'

/** What a test's head says of it. */
export interface Test {
  /** Below the suite's folder, with `/`. */
  readonly path: string
  readonly text: string
  readonly flags: readonly string[]
  readonly includes: readonly string[]
  /** The error that it must end with, and when. */
  readonly negative: { readonly phase: 'parse' | 'resolution' | 'runtime'; readonly type: string } | undefined
}

function listOf(head: string, field: string): string[] {
  const inline = new RegExp(`^${field}:\\s*\\[([^\\]]*)\\]`, 'm').exec(head)?.[1]
  if (inline !== undefined) return inline.split(/[\s,]+/).filter(Boolean)
  const lines = new RegExp(`^${field}:\\s*\\n((?:\\s+-.*\\n?)+)`, 'm').exec(head)?.[1] ?? ''
  return [...lines.matchAll(/-\s*(\S+)/g)].map((match) => match[1] as string)
}

export function readTest(suite: string, path: string): Test {
  const text = readFileSync(join(suite, path), 'utf8')
  const head = /\/\*---([\s\S]*?)---\*\//.exec(text)?.[1]?.replaceAll('\r', '\n') ?? ''
  const negative = /^negative:\s*\n((?:[ \t]+.*\n?)+)/m.exec(head)?.[1]
  const phase = negative === undefined ? undefined : /phase:\s*(\w+)/.exec(negative)?.[1]
  const type = negative === undefined ? undefined : /type:\s*(\w+)/.exec(negative)?.[1]
  return {
    path,
    text,
    flags: listOf(head, 'flags'),
    includes: listOf(head, 'includes'),
    negative: phase === undefined || type === undefined ? undefined : { phase: phase === 'early' ? 'parse' : (phase as 'parse'), type },
  }
}

/** Where this test is run. Code of a strict module: what asks for sloppy code or a bare script has no place. */
export function placementsOf({ flags, negative }: Test): readonly Placement[] {
  if (flags.includes('noStrict') || flags.includes('raw')) return []
  if (flags.includes('module') || negative !== undefined) return ['body']
  // What a body leaves unfinished is ended (GEN11), so asynchronous tests stand in a function.
  return flags.includes('async') ? ['function'] : ['body', 'function']
}

/** The module's text for a placement. In a function it waits until the test has said that it is done. */
export function placeTest(test: Test, placement: Placement): string {
  if (placement === 'body') return test.text
  const wait = test.flags.includes('async') ? '; await $settled' : ''
  return `export async function main() {\n${test.text}\n${wait}}`
}
