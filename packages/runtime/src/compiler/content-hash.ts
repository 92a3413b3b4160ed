import { createHash } from 'node:crypto'

/** sha256 of the parts one after the other, hex: what a source, a package or a generation is recognised by. */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
