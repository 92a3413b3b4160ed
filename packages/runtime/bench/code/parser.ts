/** A parser for JSON, written by hand: one function call for each character or two. */
class Parser {
  readonly #text: string
  #at = 0
  constructor(text: string) {
    this.#text = text
  }

  value(): unknown {
    this.#skip()
    const char = this.#text[this.#at]
    if (char === '{') return this.#object()
    if (char === '[') return this.#array()
    if (char === '"') return this.#string()
    return this.#number()
  }

  #skip(): void {
    while (this.#text[this.#at] === ' ') this.#at++
  }

  #object(): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    this.#at++
    for (;;) {
      this.#skip()
      if (this.#text[this.#at] === '}') break
      const key = this.#string()
      this.#skip()
      this.#at++
      out[key] = this.value()
      this.#skip()
      if (this.#text[this.#at] === ',') this.#at++
    }
    this.#at++
    return out
  }

  #array(): unknown[] {
    const out: unknown[] = []
    this.#at++
    for (;;) {
      this.#skip()
      if (this.#text[this.#at] === ']') break
      out.push(this.value())
      this.#skip()
      if (this.#text[this.#at] === ',') this.#at++
    }
    this.#at++
    return out
  }

  #string(): string {
    const start = ++this.#at
    while (this.#text.charCodeAt(this.#at) !== 34) this.#at++
    return this.#text.slice(start, this.#at++)
  }

  #number(): number {
    let number = 0
    for (let code = this.#text.charCodeAt(this.#at); code >= 48 && code <= 57; code = this.#text.charCodeAt(++this.#at)) {
      number = number * 10 + code - 48
    }
    return number
  }
}

const TEXT = `[${Array.from({ length: 400 }, (_, i) => `{ "number": ${i}, "customer": { "name": "Ada", "tags": ["new", "paid"] }, "lines": [{ "sku": "a-${i}", "count": ${i} }] }`).join(', ')}]`

export function run(): number {
  let sum = 0
  for (let round = 0; round < 40; round++) {
    for (const order of new Parser(TEXT).value() as { number: number; lines: { count: number }[] }[]) {
      sum += order.number + (order.lines[0]?.count ?? 0)
    }
  }
  return sum
}
