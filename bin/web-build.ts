import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root } from './root.ts'

// What the bundle is made of. Of the runtime it takes the vocabulary alone (`check-imports.ts` sees to that), of the server its words.
const VOCABULARY = ['vocabulary', 'ids', 'exit-reason', 'process-sort', 'victim-cause', 'describe-move'].map(
  (name) => `packages/runtime/src/${name}.ts`,
)
const WORDS = ['apps/server/src/words.ts', 'apps/server/src/words']
const SOURCES = ['apps/web', 'packages/ui', ...VOCABULARY, ...WORDS, 'package-lock.json']
const STAMP = 'apps/web/dist/.sources'

/** Bundles the console into apps/web/dist unless what is there was made from the same sources. */
export function buildWeb(): void {
  const hash = hashSources()
  if (hash === readStamp()) return
  process.stderr.write('Building the console …\n')
  const startedAt = Date.now()
  const build = spawnSync(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'], {
    cwd: join(root, 'apps/web'),
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (build.signal !== null) process.exit(build.signal === 'SIGINT' ? 130 : 143)
  if (build.status !== 0) {
    const output = `${build.stdout}${build.stderr}`
    if (/EACCES|EROFS|EPERM/.test(output))
      fail(
        `the console cannot be written to apps/web/dist: give yourself the right to write in ${root}, or copy the folder to a place of your own.`,
      )
    process.stderr.write(output)
    fail('the console does not build, for the reason above.')
  }
  writeFileSync(join(root, STAMP), hash)
  process.stderr.write(`Building the console: done after ${((Date.now() - startedAt) / 1_000).toFixed(1)} s\n`)
}

function readStamp(): string | undefined {
  try {
    return readFileSync(join(root, STAMP), 'utf8')
  } catch {
    return undefined
  }
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const path of SOURCES) addTo(hash, path)
  return hash.digest('hex')
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  if (statSync(join(root, path)).isFile()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
    return
  }
  for (const name of readdirSync(join(root, path)).sort()) {
    if (name === 'node_modules' || name === 'dist' || /\.test\.tsx?$/.test(name)) continue
    addTo(hash, `${path}/${name}`)
  }
}
