import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import type { SourceMapInput } from '@jridgewell/trace-mapping'

export type Place = readonly [line: number, column: number]

/** Translates offsets of a text to lines and columns, 1-based. */
export class Lines {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  at(offset: number): Place {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] as number) <= offset) low = middle
      else high = middle - 1
    }
    return [low + 1, offset - (this.#starts[low] as number) + 1]
  }
}

/** Translates offsets of the stripped text to places in the user's source. */
export class Positions {
  readonly #lines: Lines
  readonly #map: TraceMap

  constructor(stripped: string, map: SourceMapInput) {
    this.#lines = new Lines(stripped)
    this.#map = new TraceMap(map)
  }

  at(offset: number): Place {
    const [line, column] = this.#lines.at(offset)
    const found = originalPositionFor(this.#map, { line, column: column - 1 })
    return found.line === null ? [line, column] : [found.line, found.column + 1]
  }
}
