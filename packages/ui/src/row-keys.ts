import type { KeyboardEvent } from 'react'

/** Rows of which only those in sight are drawn: how many there are, and how one is brought in. Each carries its number as `data-index`. */
export interface RowWindow {
  readonly count: number
  readonly reach: (index: number) => void
}

/** Drawn rows that can have the focus: those of a table's body, and whatever else is marked so. */
const ROWS = 'tbody > tr[tabindex], [data-row][tabindex]'
const HEAD = 'thead > tr'
/** What can be done in a row or a head, and what shows more there. A part that scrolls is left to scroll. */
const CONTROLS = 'a[href], button:not(:disabled), input[type=checkbox]:not(:disabled), summary, [tabindex]:not(pre, tr, [data-row])'
/** What opens a row: the act marked so, else its first link or button. */
const OPENS = ['[data-opens]', 'a[href], button']
/** Elements inside a row whose arrow keys are not their own, as those of a text field, a tab, a menu or a part that scrolls are. */
const LEAVES_ARROWS = 'a[href], button:not([role], [aria-haspopup]), input[type=checkbox], summary, time'
/** The arrows of a menu's button open it; sideways it lets go. */
const LEAVES_SIDEWAYS = `${LEAVES_ARROWS}, button[aria-haspopup]`
const PAGE_ROWS = 10
/** Frames in which a row that was out of sight is to be drawn. */
const DRAWN_WITHIN_FRAMES = 30

const lastRows = new WeakMap<HTMLElement, HTMLElement>()

/**
 * The keys of a frame of rows, which is one stop of the Tab key itself: arrows, Home, End and Page move the focus from row
 * to row and above the first one into the heads, Left and Right among what can be done in a row, Enter opens the row, `x` and Space select
 * it, Escape goes back to the row and to the frame. They act in the frame alone.
 */
export function pressRowKey(event: KeyboardEvent<HTMLElement>, window?: RowWindow): void {
  const frame = event.currentTarget
  const target = event.target as HTMLElement
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return
  const line = target.closest<HTMLElement>(`${ROWS}, ${HEAD}`)
  const place = line !== null && frame.contains(line) ? line : null
  if (target !== frame && target !== place && !target.matches(LEAVES_SIDEWAYS)) return
  if (place !== null && pressSideways(event.key, place, target)) event.preventDefault()
  else if (target === frame || target === place || target.matches(LEAVES_ARROWS)) pressUpDown(event, frame, place, target, window)
}

function pressUpDown(
  event: KeyboardEvent<HTMLElement>,
  frame: HTMLElement,
  place: HTMLElement | null,
  target: HTMLElement,
  window: RowWindow | undefined,
): void {
  const rows = rowsOf(frame)
  const row = place === null || place.matches(HEAD) ? null : place
  if (place !== null && row === null) {
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    focusRow(frame, 0, window)
    return
  }
  const at = row === null ? null : indexOf(rows, row)
  const head = event.key === 'ArrowUp' && at === 0 ? headControlOf(frame) : undefined
  const next = nextIndex(event.key, at, rows, frame, window?.count ?? rows.length)
  if (head !== undefined) {
    event.preventDefault()
    head.focus()
  } else if (next !== null) {
    // Where nothing can be done, arrows are left to scroll.
    if (headControlOf(frame) === undefined && rows.every((one) => controlsOf(one).length === 0)) return
    event.preventDefault()
    focusRow(frame, next, window)
  } else if (row !== null && event.key === 'Escape') {
    event.preventDefault()
    ;(target === row ? frame : row).focus()
  } else if (row !== null && target === row && pressInRow(event.key, row)) event.preventDefault()
}

/** Left and Right: from the row to what can be done in it, and back. */
function pressSideways(key: string, line: HTMLElement, target: HTMLElement): boolean {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key]
  if (step === undefined) return false
  const controls = controlsOf(line)
  const next = controls.indexOf(target) + step
  const control = next === -1 && target !== line && line.hasAttribute('tabindex') ? line : controls[next]
  control?.focus()
  return control !== undefined
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

function controlsOf(line: HTMLElement): readonly HTMLElement[] {
  return [...line.querySelectorAll<HTMLElement>(CONTROLS)]
}

function headControlOf(frame: HTMLElement): HTMLElement | undefined {
  const head = frame.querySelector<HTMLElement>(HEAD)
  return head === null ? undefined : controlsOf(head)[0]
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

/** Takes what stands in the rows and heads of a table out of the order of the Tab key: arrows lead there. Answers how it is ended. */
export function makeOneStop(frame: HTMLElement): () => void {
  const take = (): void => {
    for (const line of frame.querySelectorAll<HTMLElement>('tr'))
      for (const control of controlsOf(line)) if (control.tabIndex !== -1) control.tabIndex = -1
  }
  take()
  const observer = new MutationObserver(take)
  observer.observe(frame, { childList: true, subtree: true, attributes: true, attributeFilter: ['href', 'disabled', 'tabindex'] })
  return () => observer.disconnect()
}
