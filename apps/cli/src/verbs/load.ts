import type { ActView, PlanView } from '@strata/server'
import type { Client } from '../connection.ts'
import { countFindings, diagnosticText } from '../diagnostic-text.ts'
import { describePlan } from '../describe-plan.ts'
import { escapeText } from '../escape-text.ts'
import { pinnedBy } from '@strata/server/words'
import { WRITING } from '../fault-sentence.ts'
import { countOf } from '../format-figures.ts'
import { PLAN_HELP, PLAN_OPTIONS, planAndAct } from '../planned-act.ts'
import { print } from '../print.ts'
import { choiceOption, flag, numberOption, textOption } from '../read-arguments.ts'
import { readSources, type Source } from '../read-sources.ts'
import { EXIT_DONE, EXIT_REFUSED, UsageError } from '../usage-error.ts'
import type { Call, Verb } from '../verb.ts'

const LATE_POLICIES = ['refuse', 'join'] as const
const POLICIES = ['refuse', 'soft-purge', 'purge', 'keep'] as const
type Check = Awaited<ReturnType<Client['modules']['check']['mutate']>>
type Loaded = Omit<Extract<ActView['outcome'], { verb: 'load' }>, 'verb'>

export const loadVerb: Verb = {
  name: 'load',
  summary: 'load files: each becomes the next generation of its module, all at once or none',
  usage: 'load FILE… [--as NAME] [--old POLICY] [--note TEXT] [--check | --dry-run | --yes]',
  options: {
    ...PLAN_OPTIONS,
    as: { type: 'string' },
    old: { type: 'string' },
    note: { type: 'string' },
    'expect-current': { type: 'string' },
    again: { type: 'boolean' },
    late: { type: 'string' },
    check: { type: 'boolean' },
  },
  help: `A file's place below the system's folder names its module: session.ts and generations/session/5-new.ts are module session.
A FILE that is not found from here is looked for below the system's folder, as the console names it.
  --as NAME       name the module otherwise (one file)
  --old POLICY    what becomes of older generations that are still loaded:
                    refuse      do not load while there are any (this is the default)
                    soft-purge  purge them if nobody pins any; otherwise do not load
                    purge       end whoever pins them and purge them: needs a plan, as ./strata purge does
                    keep        leave them, and everybody in them, alone
  --note TEXT     a note for the history
  --expect-current N   load only while generation N is current (0: while none is)
  --again         load although the content is current already
  --late POLICY   what becomes of a scheduler that a process holds longer than 5 s:
                    refuse      do not load (this is the default)
                    join        load on the others now; that one takes it over before its next turn
  --check         compile, check imports and types, and tell what each policy would do; nothing is loaded.
                  Errors refuse a load and exit with 1; warnings do not
${PLAN_HELP}
JSON: {status: 'loaded'|'unchanged'|'checked', loaded: [{module, number}], purged: [{module, number}], killed: pid[], diagnostics}
  diagnostics: [{code, severity: 'error'|'warning', file, line, column, message, hint, within: {module, number, status, pins}}]
  With --dry-run it is 'checked' and tells what would be; under --old purge with plan, its id.
Examples: ./strata load examples/scribe/generations/session/5-marked-18.ts --old keep
          ./strata load fix.ts --as session --old keep --note 'quick fix, see #12'
`,
  async run(call) {
    const old = choiceOption(call, 'old', POLICIES) ?? 'refuse'
    if (textOption(call, 'plan') !== undefined && call.positionals.length === 0) return loadByPlan(call, undefined)
    const sources = await readSources(call)
    if (flag(call, 'check')) return check(call, sources, undefined)
    const request = {
      sources,
      old,
      note: textOption(call, 'note') ?? textOption(call, 'reason') ?? '',
      again: flag(call, 'again') ? true : undefined,
      late: choiceOption(call, 'late', LATE_POLICIES) === 'join' ? true : undefined,
      expectedCurrent: expectedCurrent(call, sources),
    }
    if (old === 'purge' || textOption(call, 'plan') !== undefined) return loadByPlan(call, { verb: 'load', ...request })
    if (flag(call, 'dry-run')) return check(call, sources, old)
    return report(call, await call.client.modules.load.mutate(request))
  },
}

function expectedCurrent(call: Call, sources: readonly Source[]): Record<string, number | null> | undefined {
  const number = numberOption(call, 'expect-current')
  const [source] = sources
  if (number === undefined || source === undefined) return undefined
  if (sources.length > 1) throw new UsageError('--expect-current goes with one file')
  return { [source.module]: number === 0 ? null : number }
}

async function loadByPlan(call: Call, request: Parameters<typeof planAndAct<'load'>>[2]): Promise<number> {
  const decision = await planAndAct(call, 'load', request)
  if (decision.status === 'declined') return EXIT_REFUSED
  if (decision.status === 'executed') return report(call, outcomeOf(decision.act))
  const { view } = decision
  print(call, planned(view), () => describePlan(view, call.io))
  return EXIT_DONE
}

function planned({ id, plan }: PlanView) {
  if (plan.verb !== 'load') throw new UsageError(`plan ${id} is one to ${plan.verb}, not to load`)
  return {
    status: 'checked' as const,
    plan: id,
    loaded: plan.modules.map(({ module, next }) => ({ module, number: next })),
    purged: plan.modules.flatMap(({ module, purges }) => purges.map((number) => ({ module, number }))),
    killed: plan.victims.map(({ pid }) => pid),
    diagnostics: [],
  }
}

function outcomeOf({ id, outcome }: ActView): Loaded {
  if (outcome?.verb !== 'load') throw new Error(`act ${id} answered without the outcome of a load`)
  return outcome
}

function report(call: Call, { status, loaded, purged, killed, diagnostics }: Loaded): number {
  print(call, { status, loaded, purged, killed, diagnostics }, () => {
    const names = loaded.map(({ module, number }) => `${module}@${number}`).join(', ')
    const lines = [
      status === 'unchanged'
        ? `${names} ${loaded.length === 1 ? 'has' : 'have'} this content already: nothing was loaded (--again loads it once more)`
        : `${names} ${loaded.length === 1 ? 'is' : 'are'} current`,
      ...(purged.length === 0 ? [] : [`${purged.map(({ module, number }) => `${module}@${number}`).join(', ')} purged`]),
      ...(killed.length === 0 ? [] : [`${countOf(killed.length, 'process', 'processes')} ended: ${killed.join(', ')}`]),
      ...(diagnostics.length === 0 ? [] : [diagnosticText(diagnostics, call.io.useColor), countFindings(diagnostics)]),
    ]
    return `${lines.join('\n')}\n`
  })
  return EXIT_DONE
}

/** What a load would do: with `old` under that policy, otherwise under each. */
async function check(call: Call, sources: Source[], old: (typeof POLICIES)[number] | undefined): Promise<number> {
  const { modules, diagnostics, checkedMs } = await call.client.modules.check.mutate({ sources })
  const refused =
    modules.some(({ markedBad }) => markedBad !== null) ||
    (old !== undefined && modules.some(({ policies }) => policies.some(({ policy, status }) => policy === old && status === 'refused')))
  const purges = modules.flatMap(({ module, policies }) =>
    policies.filter(({ policy }) => policy === old).flatMap((one) => one.purges.map((number) => ({ module, number }))),
  )
  const result = {
    status: 'checked' as const,
    loaded: modules.map(({ module, next }) => ({ module, number: next })),
    purged: purges,
    killed: [],
    diagnostics,
  }
  print(call, result, () => {
    const found = diagnostics.length === 0 ? '' : `${diagnosticText(diagnostics, call.io.useColor)}\n`
    const seconds = Math.max(0.1, checkedMs / 1_000).toFixed(1)
    return `${found}${modules.map((one) => checkText(one, old)).join('')}${countFindings(diagnostics)}, checked in ${seconds} s\n`
  })
  return refused || diagnostics.some(({ severity }) => severity === 'error') ? EXIT_REFUSED : EXIT_DONE
}

function checkText(check: Check['modules'][number], old: (typeof POLICIES)[number] | undefined): string {
  const { module, next, current, sameAs, markedBad, packages, policies } = check
  const lines = [
    `${module}@${next} would follow ${current === null ? 'nothing' : `${module}@${current}`}${sameAs === null ? '' : `; its content is that of ${module}@${sameAs}`}`,
    ...packages.filter(({ from, to }) => from !== to).map(({ name, from, to }) => `  ${name} ${from ?? 'absent'} → ${to ?? 'absent'}`),
    ...(markedBad === null
      ? []
      : [`  refused: ${markedBad.by} marked this content bad at ${module}@${markedBad.number}: ${escapeText(markedBad.reason)}`]),
    ...policies
      .filter(({ policy }) => old === undefined || policy === old)
      .map((one) => `  --old ${one.policy}: ${policyText(module, one)}`),
  ]
  return `${lines.join('\n')}\n`
}

function policyText(module: string, { status, kills, purges, pinned }: Check['modules'][number]['policies'][number]): string {
  const held = pinned
    .map((one) => `${module}@${one.number} is ${one.readBy === undefined ? `pinned by ${one.pins}` : pinnedBy(one, WRITING)}`)
    .join(', ')
  if (status === 'refused') return `refused${held === '' ? ': old generations are still loaded' : `: ${held}`}`
  const purged = purges.map((number) => `${module}@${number}`).join(', ')
  return [
    `loads, ends ${countOf(kills, 'process', 'processes')}`,
    ...(purged === '' ? [] : [`purges ${purged}`]),
    ...(held === '' ? [] : [held]),
  ].join('; ')
}
