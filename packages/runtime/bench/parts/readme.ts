import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const README = join(import.meta.dirname, '../README.md')

/** Replaces what stands between the marks of a part. */
export function writeTable(part: string, table: string): void {
  const [beginMark, endMark] = [`<!-- ${part}:begin -->`, `<!-- ${part}:end -->`]
  const text = readFileSync(README, 'utf8')
  const [begin, end] = [text.indexOf(beginMark), text.indexOf(endMark)]
  if (begin === -1 || end < begin) throw new Error(`${README} has lost its marks ${beginMark} and ${endMark}`)
  writeFileSync(README, `${text.slice(0, begin + beginMark.length)}\n${table}\n${text.slice(end)}`)
}
