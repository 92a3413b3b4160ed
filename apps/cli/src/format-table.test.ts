import { expect, test } from 'vitest'
import { formatTable } from './format-table.ts'

test('aligns columns, marks absent cells, cuts long ones and escapes all', () => {
  const rows = [
    { name: 'a', count: 1 },
    { name: null, count: 1200 },
    { name: 'x\u001by-and-more', count: 30 },
  ]
  const table = formatTable({ useColor: false }, rows, [
    { title: 'NAME', max: 10, cell: ({ name }) => name },
    { title: 'N', align: 'right', cell: ({ count }) => count },
  ])
  expect(table.split('\n')).toEqual(['NAME           N', 'a              1', '–           1200', 'x\\u001by-…    30', ''])
})
