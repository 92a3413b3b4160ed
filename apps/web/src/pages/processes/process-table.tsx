import type { ProcessQuery } from '@strata/runtime'
import { Checkbox, cx, makeOneStop, pressRowKey, ROW_CLASS, ROW_KEYS, Th, THead } from '@strata/ui'
import { useTable } from '@tanstack/react-table'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { COLUMN_WIDTHS, NUMERIC_COLUMNS, nextSort, processColumns, processFeatures, sortShown } from './process-columns.tsx'
import type { ProcessSearchChange } from './process-search.ts'
import type { ShownRow } from './use-process-page.ts'

const ROW_HEIGHT_PX = 37
/** Rows kept beyond the edge, so that keyboard focus and quick scrolling always find one. */
const OVERSCAN_ROWS = 12

interface ProcessTableProps {
  readonly rows: readonly ShownRow[]
  readonly query: ProcessQuery
  readonly selected: ReadonlySet<string>
  readonly onToggle: (pid: string) => void
  readonly onTogglePage: () => void
  readonly onChange: (change: ProcessSearchChange) => void
}

/** One page of processes. Only the rows in sight are drawn. */
export function ProcessTable({ rows, query, selected, onToggle, onTogglePage, onChange }: ProcessTableProps) {
  const frame = useRef<HTMLElement>(null)
  useEffect(() => (frame.current === null ? undefined : makeOneStop(frame.current)), [])
  // Stays drawn wherever the frame is scrolled to: with its row the focus would be gone.
  const [focused, setFocused] = useState<number | null>(null)
  const table = useTable({ features: processFeatures, columns: processColumns, data: rows as ShownRow[], getRowId: ({ row }) => row.pid })
  const model = table.getRowModel().rows
  const virtualizer = useVirtualizer({
    count: model.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT_PX,
    getItemKey: (index) => model[index]?.id ?? index,
    overscan: OVERSCAN_ROWS,
    rangeExtractor: (range) => {
      const drawn = defaultRangeExtractor(range)
      return focused === null || drawn.includes(focused) || focused >= range.count ? drawn : [...drawn, focused].sort((a, b) => a - b)
    },
  })
  const items = virtualizer.getVirtualItems()
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)
  const living = rows.filter(({ ended }) => !ended)
  const chosen = living.filter(({ row }) => selected.has(row.pid)).length
  const sort = query.sort ?? 'pid'
  const descending = query.descending ?? false

  return (
    <section
      ref={frame}
      aria-label="Processes"
      aria-description={ROW_KEYS}
      tabIndex={0}
      onKeyDown={(event) => pressRowKey(event, { count: model.length, reach: (index) => virtualizer.scrollToIndex(index) })}
      onFocus={({ target }) => setFocused(indexOf(target))}
      onBlur={() => setFocused(null)}
      className="relative max-h-[max(20rem,calc(100dvh-17rem))] overflow-auto rounded-lg border border-line bg-surface"
    >
      <table
        className="w-full min-w-[86rem] table-fixed border-collapse text-left text-[13px] wrap-break-word"
        aria-rowcount={model.length + 1}
      >
        <caption className="sr-only">Processes</caption>
        <colgroup>
          <col className="w-9 phone:w-14" />
          {table.getAllLeafColumns().map(({ id }) => (
            <col key={id} style={{ width: COLUMN_WIDTHS[id] === undefined ? undefined : `${COLUMN_WIDTHS[id]}rem` }} />
          ))}
        </colgroup>
        <THead sticky>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              <Th className="pr-0!">
                <Checkbox
                  aria-label="Select all on this page"
                  checked={living.length > 0 && chosen === living.length}
                  indeterminate={chosen > 0 && chosen < living.length}
                  onChange={onTogglePage}
                />
              </Th>
              {group.headers.map((header) => (
                <Th
                  key={header.id}
                  className="px-2! last:pr-3!"
                  numeric={NUMERIC_COLUMNS.has(header.id)}
                  sort={sortShown(header.id, sort, descending)}
                  onSort={() => {
                    const next = nextSort(header.id, sort, descending)
                    onChange({ sort: next.sort, descending: next.descending ? '1' : null })
                  }}
                >
                  <table.FlexRender header={header} />
                </Th>
              ))}
            </tr>
          ))}
        </THead>
        <tbody>
          {items.flatMap((item, at) => {
            const row = model[item.index]
            if (row === undefined) return []
            const { ended } = row.original
            const on = selected.has(row.id)
            const above = item.start - (items[at - 1]?.end ?? 0)
            return [
              above > 0 && <Gap key={`above ${row.id}`} height={above} />,
              <tr
                key={row.id}
                tabIndex={-1}
                data-index={item.index}
                ref={virtualizer.measureElement}
                aria-rowindex={item.index + 2}
                className={cx(
                  ROW_CLASS,
                  'border-t border-line',
                  on ? 'bg-accent-soft' : 'hover:bg-hover/60',
                  ended && 'text-faint [&_*]:text-faint!',
                )}
              >
                <td className="h-9 py-1 pl-3">
                  {!ended && <Checkbox aria-label={`Select ${row.id}`} checked={on} onChange={() => onToggle(row.id)} />}
                </td>
                {row.getAllCells().map((cell) => (
                  <td key={cell.id} className={cx('px-2 py-1 last:pr-3', NUMERIC_COLUMNS.has(cell.column.id) && 'text-right tabular-nums')}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>,
            ]
          })}
          {after > 0 && <Gap height={after} />}
        </tbody>
      </table>
    </section>
  )
}

/** The row that an element stands in. */
function indexOf(element: Element): number | null {
  const index = element.closest<HTMLElement>('tr[data-index]')?.dataset['index']
  return index === undefined ? null : Number(index)
}

/** Room for the rows that are not drawn. */
function Gap({ height }: { height: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={processColumns.length + 1} style={{ height }} />
    </tr>
  )
}
