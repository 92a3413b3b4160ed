import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The shortest token that is accepted, in characters. */
export const TOKEN_LENGTH_MIN = 32

/**
 * Reads `FOLDER/token`, which proves whoever can read it to be on this machine, and makes one when there is none.
 * The folder becomes 0700 and the file 0600.
 */
export async function openTokenFile(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const path = join(folder, 'token')
  const kept = await readFile(path, 'utf8').then(
    (text) => text.trim(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    },
  )
  if (kept.length >= TOKEN_LENGTH_MIN) {
    await chmod(path, 0o600)
    return kept
  }
  const token = randomBytes(32).toString('base64url')
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, `${token}\n`, { mode: 0o600 })
  await rename(fresh, path)
  return token
}
