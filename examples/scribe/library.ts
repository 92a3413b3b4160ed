// the Markdown files below node_modules
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { draw } from './settings.ts'

export interface Book {
  /** Below node_modules, such as `chai/README.md`. */
  readonly name: string
  readonly text: string
}

const SMALLEST_BYTES = 800
const LARGEST_BYTES = 40_000

/** Paths of the Markdown files at the top of every package, in an order that `seed` decides. */
export async function listBooks(seed: number): Promise<string[]> {
  const paths: string[] = []
  for (const folder of nodeModulesAbove(import.meta.dirname)) {
    for (const name of await entries(folder)) {
      if (name.startsWith('.')) continue
      const packages = name.startsWith('@') ? (await entries(join(folder, name))).map((inner) => join(name, inner)) : [name]
      for (const one of packages) {
        for (const file of await entries(join(folder, one))) {
          if (file.endsWith('.md')) paths.push(join(folder, one, file))
        }
      }
    }
  }
  return paths
    .sort()
    .map((path, index) => ({ path, place: draw(seed, -2 - index) }))
    .sort((a, b) => a.place - b.place)
    .map(({ path }) => path)
}

/** Reads one; `undefined` when it is too short or too long to be edited, or has gone. */
export async function readBook(path: string): Promise<Book | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined || text.length < SMALLEST_BYTES || text.length > LARGEST_BYTES) return undefined
  const at = path.lastIndexOf('node_modules')
  return { name: relative(path.slice(0, at + 'node_modules'.length), path), text: text.replaceAll('\r\n', '\n') }
}

function nodeModulesAbove(folder: string): string[] {
  const found: string[] = []
  for (let at = folder; at !== dirname(at); at = dirname(at)) found.push(join(at, 'node_modules'))
  return found
}

async function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
