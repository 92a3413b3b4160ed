import { databaseFailure, failureText } from './database-failure.ts'
import { StoreFailure } from './store-failure.ts'

/** What went wrong with a file of SQLite's, and the way out; the error itself where it is none of the file's. */
export function fileFailure(error: unknown, file: string, whenDamaged: string): unknown {
  const why = failureText(error)
  switch (databaseFailure(error)) {
    case 'damaged':
      return new StoreFailure(`${file} is damaged: ${whenDamaged}`)
    case 'full':
      return new StoreFailure(`${file} cannot be written (${why}): make room on its disk, and start again`)
    case 'read_only':
      return new StoreFailure(`${file} cannot be written (${why}): let this account write it, or name another folder with STRATA_DATA=…`)
    case 'away':
      return new StoreFailure(
        `${file} cannot be opened or read (${why}): see that it is a file that this account may read and write, and that its disk answers, or name another folder with STRATA_DATA=…`,
      )
    default:
      return error
  }
}

/** Why nothing can be kept in a folder, by Node's code, and the way out. */
export function folderSentence(folder: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `${folder} cannot be written (${code}): make room on its disk, and start again`
    case 'EEXIST':
    case 'ENOTDIR':
    case 'EISDIR':
      return `${folder} cannot be used as a folder for data (${code}): something else is in its place or in that of what it holds. Name another folder with STRATA_DATA=…`
    default:
      return `${folder} cannot be written (${code}): name another folder with STRATA_DATA=…`
  }
}
