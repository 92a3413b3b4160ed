// marked 4: the release that scribe began with
import { type Pid, receive, reply, self, send, spawn } from '@strata/runtime/process'
import { marked } from 'marked-4'
import { page, signed } from './frame.ts'
import { brokenLinks } from './links.ts'
import * as current from './session.ts'

/** Asks a document to move on to the current generation, with its text and its count of edits. */
export const upgrade = { type: 'upgrade' }
/** Asks a document for its text and for what its own generation makes of it. */
export const preview = { type: 'preview' }
export const release = 'marked 4'

export interface State {
  readonly text: string
  readonly edits: number
}

export type Message =
  | { readonly type: 'edit'; readonly line?: number; readonly text: string }
  | { readonly type: 'preview' }
  /** Renders it, has the links looked at by a process of its own, and tells `by` that this was taken up. */
  | { readonly type: 'check'; readonly by: Pid }
  | { readonly type: 'upgrade' }
  | { readonly type: 'close' }

export async function open(text: string): Promise<void> {
  return loop({ text, edits: 0 })
}

export async function resume(state: State): Promise<void> {
  return loop(state)
}

async function loop(state: State): Promise<void> {
  const message = await receive<Message>()
  switch (message.type) {
    case 'edit':
      return loop(insertLine(state, message.line, message.text))
    case 'preview': {
      const document = signed(state.text, state.edits)
      reply(message, { document, output: previewOf(document) })
      return loop(state)
    }
    case 'check':
      spawn(check, [previewOf(state.text)])
      send(message.by, { type: 'checked', pid: self() })
      return loop(state)
    case 'upgrade':
      return current.resume(state)
    case 'close':
      return
  }
  return loop(state)
}

async function check(html: string): Promise<void> {
  const broken = brokenLinks(html)
  if (broken > 0) throw new Error(`${broken} links inside the page lead nowhere: no heading has an id`)
}

export function previewOf(document: string): string {
  return page(document, marked.parse(document, { mangle: false }))
}

function insertLine(state: State, line: number | undefined, text: string): State {
  const lines = state.text.split('\n')
  lines.splice(line === undefined ? lines.length : line - 1, 0, text)
  return { text: lines.join('\n'), edits: state.edits + 1 }
}
