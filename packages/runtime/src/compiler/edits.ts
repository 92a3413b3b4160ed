import MagicString from 'magic-string'

/** Text to be filled in later; what stands before and after it is settled by when it was made. */
export interface Slot {
  text: string
}

interface Edit extends Slot {
  readonly start: number
  /** `-1`: an insertion. */
  readonly end: number
}

/**
 * Edits of one text, made while walking it once in the order of the text. Insertions at the same place keep the order in which
 * they were made; replaced ranges never overlap.
 */
export class Edits {
  readonly text: string
  readonly #edits: Edit[] = []
  readonly #moves: { readonly start: number; readonly end: number; readonly to: number }[] = []

  constructor(text: string) {
    this.text = text
  }

  insert(at: number, text: string): Slot {
    const edit = { start: at, end: -1, text }
    this.#edits.push(edit)
    return edit
  }

  replace(start: number, end: number, text: string): Slot {
    if (start === end) return this.insert(start, text)
    const edit = { start, end, text }
    this.#edits.push(edit)
    return edit
  }

  /** Moves a range; what was inserted at its end moves with it, what was inserted at its start stays. */
  move(start: number, end: number, to: number): void {
    this.#moves.push({ start, end, to })
  }

  /** `named`: replaced ranges carry a name in the map, what stands between them does not, so that columns there can be counted on from its segments. */
  apply(options: { readonly named?: boolean } = {}): MagicString {
    const result = new MagicString(this.text)
    for (const edit of this.#edits) {
      if (edit.end === -1) {
        if (edit.text !== '') result.appendLeft(edit.start, edit.text)
      } else if (edit.text === '') result.remove(edit.start, edit.end)
      else result.update(edit.start, edit.end, edit.text, { storeName: options.named === true })
    }
    for (const { start, end, to } of this.#moves) result.move(start, end, to)
    return result
  }
}
