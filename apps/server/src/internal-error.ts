import { randomUUID } from 'node:crypto'

const ids = new WeakMap<object, string>()

/** One id for each error, so that what a client reports can be found in the log. */
export function internalErrorId(error: object): string {
  const known = ids.get(error)
  if (known !== undefined) return known
  const id = randomUUID()
  ids.set(error, id)
  return id
}
