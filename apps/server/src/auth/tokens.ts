import { timingSafeEqual } from 'node:crypto'
import { hashSecret } from './sign-in-codes.ts'

/** Compares a presented token with every accepted one, in constant time. */
export function createTokenCheck(tokens: readonly string[]): (presented: string) => boolean {
  const hashes = tokens.map(hashSecret)
  return (presented) => {
    const hash = hashSecret(presented)
    let accepted = false
    for (const known of hashes) if (timingSafeEqual(known, hash)) accepted = true
    return accepted
  }
}
