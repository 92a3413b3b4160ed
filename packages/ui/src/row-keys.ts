import type { KeyboardEvent } from 'react'

/** Rows of which only those in sight are drawn: how many there are, and how one is brought in. Each carries its number as `data-index`. */
export interface RowWindow {
  readonly count: number
  readonly reach: (index: number) => void
}

/** Drawn rows that can have the focus: those of a table's body, and whatever else is marked so. */
const ROWS = 'tbody > tr[tabindex], [data-row][tabindex]'
/** What opens a row: the act marked so, else its first link or button. */
const OPENS = ['[data-opens]', 'a[href], button']
/** Elements inside a row whose arrow keys are not their own, as those of a text field, a tab, a menu or a part that scrolls are. */
const LEAVES_ARROWS = 'a[href], button:not([role], [aria-haspopup]), input[type=checkbox]'
const PAGE_ROWS = 10
/** Frames in which a row that was out of sight is to be drawn. */
const DRAWN_WITHIN_FRAMES = 30

const lastRows = new WeakMap<HTMLElement, HTMLElement>()

/**
 * The keys of a frame of rows, which is one stop of the Tab key itself: arrows, Home, End and Page move the focus from row
 * to row, Enter opens the row, `x` and Space select it, Escape goes back to the frame. They act in the frame alone.
 */
export function pressRowKey(event: KeyboardEvent<HTMLElement>, window?: RowWindow): void {
  const frame = event.currentTarget
  const target = event.target as HTMLElement
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return
  const rows = rowsOf(frame)
  const row = target.closest<HTMLElement>(ROWS)
  const isInRow = row !== null && frame.contains(row)
  if (target !== frame && target !== row && !target.matches(LEAVES_ARROWS)) return
  const next = nextIndex(event.key, isInRow ? indexOf(rows, row) : null, rows, frame, window?.count ?? rows.length)
  if (next !== null) {
    if (rows.every((one) => openerOf(one) === null && checkboxOf(one) === null)) return
    event.preventDefault()
    focusRow(frame, next, window)
  } else if (isInRow && event.key === 'Escape') {
    event.preventDefault()
    frame.focus()
  } else if (target === row && pressInRow(event.key, row)) event.preventDefault()
}

/** Where a movement leads, or null for another key. Without a row yet the first arrow goes to where one was last. */
function nextIndex(key: string, at: number | null, rows: readonly HTMLElement[], frame: HTMLElement, count: number): number | null {
  if (count === 0) return null
  const last = count - 1
  if (key === 'Home') return 0
  if (key === 'End') return last
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE_ROWS, PageUp: -PAGE_ROWS }[key]
  if (step === undefined) return null
  if (at !== null) return Math.min(last, Math.max(0, at + step))
  const before = lastRows.get(frame)
  return before !== undefined && rows.includes(before) ? indexOf(rows, before) : step > 0 ? 0 : last
}

function pressInRow(key: string, row: HTMLElement): boolean {
  const does = key === 'Enter' ? openerOf(row) : key === ' ' || key === 'x' ? checkboxOf(row) : null
  does?.click()
  return does !== null
}

function focusRow(frame: HTMLElement, index: number, window: RowWindow | undefined, framesLeft = DRAWN_WITHIN_FRAMES): void {
  const rows = rowsOf(frame)
  const row = rows.find((one) => indexOf(rows, one) === index)
  if (row !== undefined) {
    lastRows.set(frame, row)
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  } else if (window !== undefined && framesLeft > 0) {
    window.reach(index)
    requestAnimationFrame(() => focusRow(frame, index, window, framesLeft - 1))
  }
}

/** Its number among all rows, drawn or not. */
function indexOf(rows: readonly HTMLElement[], row: HTMLElement): number {
  return row.dataset['index'] === undefined ? rows.indexOf(row) : Number(row.dataset['index'])
}

function rowsOf(frame: HTMLElement): readonly HTMLElement[] {
  return [...frame.querySelectorAll<HTMLElement>(ROWS)]
}

function openerOf(row: HTMLElement): HTMLElement | null {
  for (const selector of OPENS) {
    const found = row.querySelector<HTMLElement>(selector)
    if (found !== null) return found
  }
  return null
}

function checkboxOf(row: HTMLElement): HTMLElement | null {
  return row.querySelector<HTMLElement>('input[type=checkbox]:not(:disabled)')
}
