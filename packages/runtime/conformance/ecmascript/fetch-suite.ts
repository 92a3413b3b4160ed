import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Fetched = { readonly status: 'fetched' } | { readonly status: 'failed'; readonly why: string }

interface Archive {
  readonly address: string
  readonly sha256: string
}

/** Debian's source package that holds the whole suite, and where in it. */
const SOURCE_PACKAGE = 'firefox-esr'
const IN_PACKAGE = 'js/src/tests/test262'

/** Fetches the suite into a folder, by way of the sources that apt is set up with; nothing of the system is changed. */
export async function fetchSuite(folder: string): Promise<Fetched> {
  const work = mkdtempSync(join(tmpdir(), 'strata-ecmascript-'))
  const partial = `${folder}.partial`
  try {
    let why = 'there is no apt, or it has no sources'
    for (const source of listSources()) {
      const archive = findArchive(work, source)
      if (typeof archive === 'string') {
        why = archive
        continue
      }
      rmSync(partial, { recursive: true, force: true })
      mkdirSync(partial, { recursive: true })
      process.stderr.write('fetching the ECMAScript conformance suite; it is kept for the next time\n')
      const problem = await unpack(archive, partial)
      if (problem === undefined) {
        renameSync(partial, folder)
        return { status: 'fetched' }
      }
      why = problem
    }
    return { status: 'failed', why }
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(partial, { recursive: true, force: true })
  }
}

/** What apt gets its packages from, as sources of source packages. */
function listSources(): string[] {
  const { status, stdout } = spawnSync('apt-get', ['indextargets', 'Created-By: Packages'], { encoding: 'utf8' })
  if (status !== 0) return []
  const sources = new Set<string>()
  for (const stanza of stdout.split('\n\n')) {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(stanza)?.[1]
    const [uri, release, component] = [field('Repo-URI'), field('Release'), field('Component')]
    if (uri !== undefined && release !== undefined && component !== undefined) sources.add(`deb-src ${uri} ${release} ${component}`)
  }
  return [...sources]
}

/** Asks apt, with a list of sources of its own, where the archive is; a few words when it cannot say. */
function findArchive(work: string, source: string): Archive | string {
  const list = join(work, 'sources.list')
  writeFileSync(list, `${source}\n`)
  mkdirSync(join(work, 'lists/partial'), { recursive: true })
  const own = ['-o', `Dir::Etc::sourcelist=${list}`, '-o', 'Dir::Etc::sourceparts=-', '-o', `Dir::State::lists=${join(work, 'lists')}`]
  if (spawnSync('apt-get', [...own, 'update'], { stdio: 'ignore' }).status !== 0) return 'apt cannot read its sources'
  const { stdout } = spawnSync('apt-get', [...own, '--print-uris', '--only-source', 'source', SOURCE_PACKAGE], {
    encoding: 'utf8',
    cwd: work,
  })
  const [, address, sha256] = /^'([^']+\.orig\.tar\.xz)' \S+ \d+ SHA256:([0-9a-f]{64})/m.exec(stdout) ?? []
  return address === undefined || sha256 === undefined ? `apt knows no source of ${SOURCE_PACKAGE}` : { address, sha256 }
}

/** Streams the archive through its hash into tar; a few words when either does not end well. */
async function unpack({ address, sha256 }: Archive, folder: string): Promise<string | undefined> {
  // A member is called PACKAGE-VERSION/js/src/tests/test262/….
  const depth = IN_PACKAGE.split('/').length + 1
  const curl = spawn('curl', ['--fail', '--silent', '--location', address], { stdio: ['ignore', 'pipe', 'ignore'] })
  const tar = spawn('tar', ['-xJ', '--wildcards', `--strip-components=${depth}`, '-C', folder, `*/${IN_PACKAGE}/*`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const hash = createHash('sha256')
  const ended = (child: typeof curl | typeof tar): Promise<number | null> =>
    new Promise((resolve) => {
      child.once('error', () => resolve(null))
      child.once('close', resolve)
    })
  curl.stdout.on('data', (chunk: Buffer) => hash.update(chunk))
  curl.stdout.pipe(tar.stdin)
  tar.stdin.on('error', () => curl.kill())
  const [fetched, unpacked] = await Promise.all([ended(curl), ended(tar)])
  if (fetched !== 0) return 'the archive cannot be downloaded'
  if (unpacked !== 0) return 'the archive cannot be unpacked'
  return hash.digest('hex') === sha256 ? undefined : 'the archive is not what apt says that it is'
}
