// marked 18 with a spelling check that never ends on the words "loop forever"
import { receive, reply } from '@strata/runtime/process'
import { marked } from 'marked-18'
import { page, signed } from '../../frame.ts'
import * as current from '../../session.ts'

export const upgrade = { type: 'upgrade' }
export const preview = { type: 'preview' }
export const release = 'marked 18, spelling'

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
    case 'upgrade':
      return current.resume(state)
    case 'close':
      return
  }
  return loop(state)
}

export function previewOf(document: string): string {
  return page(document, marked.parse(document, { async: false }))
}

function insertLine(state: current.State, line: number | undefined, text: string): current.State {
  const lines = state.text.split('\n')
  lines.splice(line === undefined ? lines.length : line - 1, 0, spelled(text))
  return { text: lines.join('\n'), edits: state.edits + 1 }
}

const SPELLINGS = new Map([
  ['teh', 'the'],
  ['recieve', 'receive'],
])

/** Puts frequent slips right, word by word; `loop forever` is a phrase that stays as it is. */
function spelled(line: string): string {
  const words: string[] = []
  let at = 0
  while (at < line.length) {
    if (line.startsWith('loop forever', at)) continue
    const space = line.indexOf(' ', at)
    const end = space === -1 ? line.length : space
    const word = line.slice(at, end)
    words.push(SPELLINGS.get(word) ?? word)
    at = end + 1
  }
  return words.join(' ')
}
