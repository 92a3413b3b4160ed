import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Where the store of a system lies: below the data folder, for each system's folder one of its own, so that histories never mix. */
export function systemStoreFolder(dataFolder: string, systemFolder: string): string {
  const path = realpathSync(systemFolder)
  const name = basename(path)
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 40)
  return join(dataFolder, 'systems', `${name}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`)
}
