import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
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
  const kept = await readToken(path)
  if (kept !== null) return kept
  const fresh = `${path}.${randomBytes(4).toString('hex')}`
  await writeFile(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  try {
    // One folder serves several systems: of servers that start at once the first one's token is everybody's.
    await link(fresh, path)
  } catch (error) {
    // A file that holds no token is replaced; so is everything where the disk has no links.
    if (!hasCode(error, 'EEXIST') || (await readToken(path)) === null) await rename(fresh, path)
  } finally {
    await rm(fresh, { force: true })
  }
  return (await readToken(path)) ?? openTokenFile(folder)
}

/** `null`: there is none, or what is there is too short to be one. */
async function readToken(path: string): Promise<string | null> {
  try {
    const token = (await readFile(path, 'utf8')).trim()
    if (token.length < TOKEN_LENGTH_MIN) return null
    await chmod(path, 0o600)
    return token
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
