import type { ActivityLine } from '@strata/server'
import { tellEvent } from './event-sentence.ts'
import { sentenceText } from './sentence-parts.ts'

const HEADS = ['id', 'time (UTC)', 'kind', 'what', 'detail', 'facts']

/** The lines as a table for other programs, newest first. */
export function activityCsv(lines: readonly ActivityLine[]): string {
  const rows = lines.map((line) => {
    const { word, parts, detail } = tellEvent(line)
    return [String(line.id), line.at, word, sentenceText(parts), detail, JSON.stringify(line)]
  })
  return `${[HEADS, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** A cell that a spreadsheet would take for a formula begins with a quote mark. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${harmless.replaceAll('"', '""')}"`
}
