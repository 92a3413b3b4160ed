/** A store that cannot be opened, kept or restored: why and the way out, as one sentence. */
export class StoreFailure extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'StoreFailure'
  }
}
