// marked 6: reference links and emphasis as CommonMark 0.30 has them
import { receive, reply, self, send, spawn } from '@strata/runtime/process'
import { marked } from 'marked-6'
import { page, signed } from '../../frame.ts'
import { brokenLinks } from '../../links.ts'
import * as current from '../../session.ts'

export const upgrade = { type: 'upgrade' }
export const preview = { type: 'preview' }
export const release = 'marked 6'

export async function open(text: string): Promise<void> {
  return loop({ text, edits: 0 })
}

export async function resume(state: current.State): Promise<void> {
  return loop(state)
}

async function loop(state: current.State): Promise<void> {
  const message = await receive<current.Message>()
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
  return page(document, marked.parse(document, { mangle: false, silent: true }))
}

function insertLine(state: current.State, line: number | undefined, text: string): current.State {
  const lines = state.text.split('\n')
  lines.splice(line === undefined ? lines.length : line - 1, 0, text)
  return { text: lines.join('\n'), edits: state.edits + 1 }
}
