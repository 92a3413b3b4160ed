import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { escapeText, formatJson } from '../escape-text.ts'
import { print } from '../print.ts'
import { flag, textOption } from '../read-arguments.ts'
import { EXIT_DONE, EXIT_REFUSED, EXIT_USAGE, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const ROOT = join(import.meta.dirname, '../../../..')

interface Restored {
  readonly status: 'restored'
  readonly entries: number
  readonly head: string
  readonly movedAside: string | null
  readonly access: 'present' | 'backup'
  readonly secondPerson: boolean
}

export const restoreVerb: Verb = {
  name: 'restore',
  summary: 'put a backup in the place of the store, while its server is stopped',
  usage: 'restore FILE [--system DIR] [--yes]',
  options: { system: { type: 'string' }, yes: { type: 'boolean' } },
  help: `  --system DIR    the system's folder that the server is started with (default: examples/scribe)
  --yes           do not ask

Reads the data folder of STRATA_DATA (default: data). The backup's pages and trail are verified first; the store
that is there is moved aside, not removed. The server must be stopped; start it again afterwards.
Sessions end. Who may come in stays as it is now: accounts, roles and tokens are those of the present store. Where there is none, or
it cannot be read, accounts are the backup's and none of its tokens works any more: look at ./strata people. Where the present store
or the backup asks for a second person, purges by force take one afterwards, and what was done without one still waits to be signed.
Plans of the backup, and what was approved there, are void.
JSON: {status: 'restored', entries, head, movedAside: path|null, access: 'present'|'backup', secondPerson: boolean}
`,
  async run(call) {
    const [file, more] = call.positionals
    if (file === undefined || more !== undefined) throw new UsageError('which file? ./strata restore FILE')
    const { env, cwd } = call.io
    const data = env['STRATA_DATA'] === undefined || env['STRATA_DATA'] === '' ? join(ROOT, 'data') : resolve(cwd, env['STRATA_DATA'])
    const chosen = textOption(call, 'system')
    const system = chosen === undefined ? join(ROOT, 'examples/scribe') : resolve(cwd, chosen)
    if (!existsSync(system)) throw new UsageError(`there is no folder ${system}`)
    if (!(await agrees(call, system))) return EXIT_USAGE
    return report(call, run(data, system, resolve(cwd, file)))
  },
}

async function agrees(call: Call, system: string): Promise<boolean> {
  if (flag(call, 'yes')) return true
  if (!call.io.isTerminal) throw new UsageError('restoring replaces the store: say --yes')
  const answer = await call.io.ask(`Replace the store of ${system}? The present one is moved aside. Type yes: `)
  return answer.trim() === 'yes'
}

function run(data: string, system: string, file: string): Restored | { readonly status: 'failed'; readonly why: string } {
  const main = join(ROOT, 'apps/server/src/restore/main.ts')
  const { stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, data, system, file, 'token'], {
    encoding: 'utf8',
  })
  try {
    return JSON.parse(stdout) as Restored
  } catch {
    return { status: 'failed', why: stderr.trim().slice(0, 2_000) }
  }
}

const ACCESS = {
  present: 'Everybody has to sign in again; accounts, roles and tokens are as they were.',
  backup:
    'There was no store here that could be read, so accounts and roles are those of the backup: look at them with ./strata people before anybody relies on them. All tokens of the backup are revoked: make new ones.',
} as const

function report(call: Call, outcome: ReturnType<typeof run>): number {
  if (outcome.status === 'failed') {
    call.io.err(
      call.json
        ? `${formatJson({ fault: { code: 'restore_failed', why: outcome.why } })}\n`
        : `strata: nothing was restored: ${escapeText(outcome.why)}\n`,
    )
    return EXIT_REFUSED
  }
  print(
    call,
    outcome,
    () =>
      `Restored, with ${outcome.entries} verified entries of the trail.${outcome.movedAside === null ? '' : ` What was there lies in ${outcome.movedAside}.`}\n${ACCESS[outcome.access]}\n${outcome.secondPerson ? 'Purges by force take a second person.\n' : ''}Start the server again: npm start\n`,
  )
  return EXIT_DONE
}
