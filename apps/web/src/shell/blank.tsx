/** Stands while the first page's code is read. */
export function Blank() {
  return null
}
