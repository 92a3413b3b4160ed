import { parseArgs } from 'node:util'
import { connect, defaultUrl, findToken, parseUrl } from './connection.ts'
import type { Io } from './io.ts'
import { reportError } from './report-error.ts'
import { EXIT_DONE, EXIT_USAGE, UsageError } from './usage-error.ts'
import { COMMON_HELP, COMMON_OPTIONS, type Verb } from './verb.ts'
import { actsVerb } from './verbs/acts.ts'
import { approvalsVerb } from './verbs/approvals.ts'
import { approveVerb, declineVerb, signVerb } from './verbs/approve.ts'
import { auditVerb } from './verbs/audit.ts'
import { backupVerb } from './verbs/backup.ts'
import { crashesVerb } from './verbs/crashes.ts'
import { deleteVerb } from './verbs/delete.ts'
import { drainVerb } from './verbs/drain.ts'
import { exitVerb } from './verbs/exit.ts'
import { eventsVerb } from './verbs/events.ts'
import { generationsVerb } from './verbs/generations.ts'
import { killVerb } from './verbs/kill.ts'
import { loadVerb } from './verbs/load.ts'
import { handoverVerb } from './verbs/handover.ts'
import { holdVerb } from './verbs/hold.ts'
import { queueVerb, stateVerb } from './verbs/look.ts'
import { limitsVerb } from './verbs/limits.ts'
import { manifestVerb } from './verbs/manifest.ts'
import { markVerb } from './verbs/mark.ts'
import { retainersVerb } from './verbs/retainers.ts'
import { moveVerb } from './verbs/move.ts'
import { modulesVerb } from './verbs/modules.ts'
import { peopleVerb } from './verbs/people.ts'
import { pinsVerb } from './verbs/pins.ts'
import { psVerb } from './verbs/ps.ts'
import { purgeVerb } from './verbs/purge.ts'
import { releaseVerb } from './verbs/release.ts'
import { restartSchedulerVerb } from './verbs/restart-scheduler.ts'
import { restoreVerb } from './verbs/restore.ts'
import { rollbackVerb } from './verbs/rollback.ts'
import { safeModeVerb } from './verbs/safe-mode.ts'
import { schedulersVerb } from './verbs/schedulers.ts'
import { supervisorsVerb } from './verbs/supervisors.ts'
import { sendVerb } from './verbs/send.ts'
import { sessionsVerb } from './verbs/sessions.ts'
import { settingsVerb } from './verbs/settings.ts'
import { signInVerb } from './verbs/sign-in.ts'
import { softPurgeVerb } from './verbs/soft-purge.ts'
import { resumeVerb, suspendVerb } from './verbs/suspend.ts'
import { tokensVerb } from './verbs/tokens.ts'
import { traceVerb } from './verbs/trace.ts'
import { upgradeVerb } from './verbs/upgrade.ts'
import { whoamiVerb } from './verbs/whoami.ts'

export const VERBS: readonly Verb[] = [
  modulesVerb,
  generationsVerb,
  drainVerb,
  manifestVerb,
  psVerb,
  pinsVerb,
  schedulersVerb,
  crashesVerb,
  supervisorsVerb,
  loadVerb,
  softPurgeVerb,
  purgeVerb,
  rollbackVerb,
  deleteVerb,
  holdVerb,
  releaseVerb,
  markVerb,
  retainersVerb,
  killVerb,
  exitVerb,
  suspendVerb,
  resumeVerb,
  restartSchedulerVerb,
  queueVerb,
  stateVerb,
  traceVerb,
  moveVerb,
  upgradeVerb,
  sendVerb,
  actsVerb,
  eventsVerb,
  handoverVerb,
  limitsVerb,
  auditVerb,
  backupVerb,
  restoreVerb,
  safeModeVerb,
  approvalsVerb,
  approveVerb,
  declineVerb,
  signVerb,
  peopleVerb,
  tokensVerb,
  sessionsVerb,
  settingsVerb,
  whoamiVerb,
  signInVerb,
]

/** Runs one command line and returns its exit code; never throws for what can be expected to happen. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  const { name, rest, isHelp } = findVerb(argv)
  const json = argv.includes('--json')
  try {
    if (argv.length === 0 || name === 'help' || (name === undefined && isHelp)) {
      io.out(overview())
      return argv.length === 0 ? EXIT_USAGE : EXIT_DONE
    }
    if (name === undefined) throw new UsageError('which verb? ./strata --help lists them')
    const verb = VERBS.find((one) => one.name === name)
    if (verb === undefined) throw new UsageError(`there is no verb ${name}; ./strata --help lists them`)
    return await runVerb(verb, rest, io)
  } catch (error) {
    return reportError(error, json, io)
  }
}

/** The first word that is no option and no option's value; options may stand before it. */
function findVerb(argv: readonly string[]) {
  const { tokens, values } = parseArgs({ args: [...argv], options: COMMON_OPTIONS, strict: false, allowPositionals: true, tokens: true })
  const at = tokens.find(({ kind }) => kind === 'positional')?.index
  const isHelp = values['help'] === true
  return at === undefined ? { name: undefined, rest: argv, isHelp } : { name: argv[at], rest: argv.toSpliced(at, 1), isHelp }
}

async function runVerb(verb: Verb, args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parse(verb, args)
  if (values['help'] === true) {
    io.out(helpOf(verb))
    return EXIT_DONE
  }
  const url = parseUrl(typeof values['url'] === 'string' ? values['url'] : (io.env['STRATA_URL'] ?? defaultUrl(io.env)))
  return verb.run({
    client: connect(url, findToken(url, io)),
    io: values['no-color'] === true ? { ...io, useColor: false } : io,
    json: values['json'] === true,
    url,
    positionals,
    values,
  })
}

function parse(verb: Verb, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...COMMON_OPTIONS, ...verb.options }, allowPositionals: true })
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message}\n./strata ${verb.name} --help tells what there is`)
    throw error
  }
}

function overview(): string {
  const width = Math.max(...VERBS.map(({ name }) => name.length))
  const lines = VERBS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('')
  return `Usage: ./strata VERB …

${lines}
Common options:
${COMMON_HELP}
NAME@N is a module and one of its generations. ./strata VERB --help tells more.
Exit code 0: all that was asked is done. 1: refused, or only partly done. 2: usage. 3: server not reached or not signed in.
`
}

function helpOf(verb: Verb): string {
  return `Usage: ./strata ${verb.usage}

${verb.summary}

${verb.help}
Common options:
${COMMON_HELP}`
}
