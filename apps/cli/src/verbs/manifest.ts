import { formatTable } from '../format-table.ts'
import { print } from '../print.ts'
import { numberOption, oneModule } from '../read-arguments.ts'
import { EXIT_DONE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const HASH_SHOWN = 16

export const manifestVerb: Verb = {
  name: 'manifest',
  summary: 'the files of npm packages that went into a generation, or how two generations differ in them',
  usage: 'manifest MODULE@N [--against K] [--limit N] [--offset N]',
  options: { against: { type: 'string' }, limit: { type: 'string' }, offset: { type: 'string' } },
  help: `  --against K   only what differs: from generation K to generation N
  --limit N     at most N files (100; the server allows 500)
  --offset N    after the first N files

Purged generations keep their manifest. A hash is the sha256 of the file (sha256sum).

JSON: {module, number, releases: [{name, release, files}], total, files: [{package, release, path, hash}]}
with --against: {module, from, to, releases: [{name, from: release[], to: release[], changed}], total,
  files: [{package, path, from: {release, hash}|null, to: {release, hash}|null}]}
  total: how many files there are; changed: files of the package with another content
`,
  async run(call) {
    const { module, number } = oneModule(call)
    if (number === undefined) throw new UsageError(`which generation? Write ${module}@N (./strata generations ${module} lists them)`)
    const against = numberOption(call, 'against')
    const page = { offset: numberOption(call, 'offset') ?? 0, limit: numberOption(call, 'limit') ?? 100 }
    return against === undefined
      ? showManifest(call, { module, number, ...page })
      : compare(call, { module, from: against, to: number, ...page })
  },
}

async function showManifest(call: Call, input: { module: string; number: number; offset: number; limit: number }): Promise<number> {
  const manifest = await call.client.modules.manifest.query(input)
  const { module, number, releases, total, files } = manifest
  print(call, manifest, () =>
    total === 0
      ? `${module}@${number} uses no npm package, or shared ones only.\n`
      : formatTable(call.io, files, [
          { title: 'PACKAGE', max: 60, cell: (file) => `${file.package} ${file.release}` },
          { title: 'FILE', max: 100, cell: ({ path }) => path },
          { title: 'SHA256', cell: ({ hash }) => hash.slice(0, HASH_SHOWN) },
        ]) + shownOf(files.length, total, `of ${releases.map(({ name, release }) => `${name} ${release}`).join(', ')}`),
  )
  return EXIT_DONE
}

async function compare(call: Call, input: { module: string; from: number; to: number; offset: number; limit: number }): Promise<number> {
  const difference = await call.client.modules.compareManifests.query(input)
  const { module, from, to, releases, total, files } = difference
  const side = (file: { release: string; hash: string } | null): string =>
    file === null ? '–' : `${file.release} ${file.hash.slice(0, HASH_SHOWN)}`
  print(call, difference, () =>
    total === 0
      ? `${module}@${from} and ${module}@${to} were loaded with the same files of packages.\n`
      : formatTable(call.io, files, [
          { title: 'PACKAGE', max: 60, cell: (file) => file.package },
          { title: 'FILE', max: 100, cell: ({ path }) => path },
          { title: `IN ${from}`, max: 60, cell: (file) => side(file.from) },
          { title: `IN ${to}`, max: 60, cell: (file) => side(file.to) },
        ]) + shownOf(files.length, total, `that differ: ${releases.map(describeRelease).join(', ')}`),
  )
  return EXIT_DONE
}

function describeRelease({ name, from, to }: { name: string; from: readonly string[]; to: readonly string[] }): string {
  const [before, after] = [from.join(' and ') || 'absent', to.join(' and ') || 'absent']
  return before === after ? `${name} ${after}` : `${name} ${before} → ${after}`
}

function shownOf(shown: number, total: number, what: string): string {
  return `${shown === total ? total : `${shown} of ${total}`} ${total === 1 ? 'file' : 'files'} ${what}\n`
}
