/** Names that compiled code introduces: none of them, nor a part of one, occurs in the source. */
export class Names {
  readonly prefix: string
  #next = 0

  constructor(text: string) {
    let prefix = '$$'
    for (let number = 0; text.includes(prefix); number++) prefix = `$$${number.toString(36)}_`
    this.prefix = prefix
  }

  /** The same name at every call. */
  of(word: string): string {
    return this.prefix + word
  }

  /** A name of its own, beginning with `word` so that traces stay readable. */
  fresh(word: string): string {
    return `${/^[A-Za-z_][\w]*$/.test(word) ? word : ''}${this.prefix}${this.#next++}`
  }
}
