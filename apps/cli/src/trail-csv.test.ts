import { expect, test } from 'vitest'
import { csvLine } from './trail-csv.ts'

test('AUDIT5 no cell of an exported table is a formula, and quotes and lines stay inside their cell', () => {
  const hostile = ['=1+1', '+1', '-1', '@sum', '\t=1', '"quoted"\r\nline']
  for (const text of hostile) {
    const by = { actor: text, reason: text, plan: text, origin: { address: text, client: text } }
    const line = csvLine({ seq: 1, at: text, type: text, actor: text, modules: [text], facts: { by }, hash: text })
    expect(line.endsWith('\r\n')).toBe(true)
    const cells = [...line.matchAll(/"((?:[^"]|"")*)"[,\r]/g)].map(([, cell = '']) => cell)
    expect(cells).toHaveLength(11)
    for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
    expect(cells.map((cell) => `"${cell}"`).join(',')).toBe(line.slice(0, -2))
  }
})
