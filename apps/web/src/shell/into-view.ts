/** A ref that brings the chosen one of a row into sight, where the row is wider than the screen. */
export function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest', inline: 'center' })
}
