import type { ClientFault } from '@strata/server'
import { faultWords, type Writing } from '@strata/server/words'
import { countFindings, diagnosticText } from './diagnostic-text.ts'
import { formatBytes, formatDuration } from './format-figures.ts'

/** How this command line writes. Facts from outside stay raw: the caller escapes them. */
export const WRITING: Writing = {
  text: (outside) => outside,
  count: (count) => count.toLocaleString('en-US'),
  bytes: formatBytes,
  duration: formatDuration,
  instant: (iso) => iso,
}

/** What went wrong, what else is known of it line by line, and the way out, naming this command line's verbs. */
export function faultSentence(fault: ClientFault): string {
  const { sentence, lines } = faultWords(fault, WRITING)
  const said = [sentence, ...lines.map((line) => `  ${line}`), ...findingsOf(fault)]
  const way = wayOutOf(fault)
  if (way === '') return said.join('\n')
  return said.length === 1 ? `${sentence} ${way}` : [...said, way].join('\n')
}

function findingsOf(fault: ClientFault): readonly string[] {
  if (fault.code !== 'invalid_source' && fault.code !== 'unresolved_import') return []
  return [`${countFindings(fault.diagnostics)}:`, diagnosticText(fault.diagnostics)]
}

/** The verbs that lead on; empty where there are none. */
function wayOutOf(fault: ClientFault): string {
  switch (fault.code) {
    case 'not_purged':
      return `Load with --old keep to leave them alone, or see ./strata pins ${fault.module}.`
    case 'still_read':
      return `Load with --again, then ./strata purge what is listed.`
    case 'changed_meanwhile':
      return fault.plan === null
        ? 'Ask again.'
        : `Plan ${fault.plan.id} is for the state as it is now: look at it with the same line and --dry-run, or execute it with --plan ${fault.plan.id} --yes.`
    case 'current_generation':
      return `./strata delete ${fault.module} leaves it without a current one.`
    case 'unknown_module':
      return './strata modules lists them.'
    case 'unknown_generation':
      return `./strata generations ${fault.module} lists them.`
    case 'unknown_pid':
      return './strata ps lists those that live.'
    case 'unknown_scheduler':
      return './strata schedulers lists them.'
    case 'invalid_name':
      return 'Name the module with --as.'
    case 'invalid_reason':
      return fault.why === 'kill' ? './strata kill does it.' : ''
    case 'name_registered':
      return `./strata ps --search ${fault.name} shows it.`
    case 'scheduler_held':
      return fault.pid === null
        ? 'Try again.'
        : `End it with ./strata kill ${fault.pid}; where that stays pending, ./strata schedulers shows the other way. load --late join does not wait for it.`
    case 'too_large':
      return fault.what === 'trace_ms'
        ? `--for ${fault.limit / 1_000}s is the longest.`
        : fault.what === 'trace_messages'
          ? `--messages ${fault.limit} is the most.`
          : ''
    case 'held':
      return `Ask ${fault.by}, or end the hold with ./strata release ${fault.module}.`
    case 'marked_bad':
      return `./strata mark ${fault.module}@${fault.number} bad --off lifts it.`
    case 'safe_mode':
      return 'Roll back what was loaded last, then ./strata safe-mode leave starts them.'
    case 'unauthenticated':
      return fault.why === 'wrong_token'
        ? 'Is STRATA_TOKEN, or STRATA_DATA, the one that the server was started with?'
        : 'On the server’s machine run this as the account that started it (it reads data/token, or token in STRATA_DATA); elsewhere set STRATA_TOKEN.'
    case 'invalid_code':
      return './strata sign-in prints a fresh link.'
    case 'unknown_person':
      return './strata people lists who there is.'
    case 'person_disabled':
      return './strata people enable does.'
    case 'unknown_session':
      return './strata sessions lists yours.'
    case 'unknown_token':
      return './strata tokens lists them.'
    case 'plan_required':
      return 'Run it with --dry-run, then with --plan ID --yes.'
    case 'approval_required':
      return fault.asked
        ? `./strata approve ${fault.plan} by another person, then --plan ${fault.plan} --yes.`
        : `./strata approvals ask ${fault.plan} --reason WHY, or --break-glass --reason WHY if it cannot wait.`
    case 'plan_renewed':
      return `./strata approve ${fault.plan} shows it as it is now.`
    case 'unknown_plan':
    case 'plan_used':
    case 'plan_expired':
      return `Plan ${fault.plan}: make another with --dry-run.`
    case 'unknown_act':
      return './strata acts lists what was done.'
    case 'unknown_crash':
      return './strata crashes lists the reports.'
    case 'method_not_allowed':
    case 'unsupported_media_type':
    case 'not_found':
      return 'Are ./strata and the server of one version?'
    case 'misdirected':
      return `Use --url with ${fault.expected.join(' or ')}.`
    default:
      return ''
  }
}
