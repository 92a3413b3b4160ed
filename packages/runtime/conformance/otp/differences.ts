import { inDefinedOrder } from './message-order.ts'
import { SUBJECTS, type Operation, type Step, type Subject } from './operations.ts'

/** A step at which the two sides differ. */
export interface Meeting {
  readonly operation: Operation
  readonly ours: Step
  readonly theirs: Step
  /** The step before, the same on both sides. */
  readonly before: Step | undefined
  readonly earlier: readonly Operation[]
}

/** Something that Strata does otherwise on purpose. */
export interface Difference {
  readonly id: string
  /** Numbers of observations of Erlang/OTP 25. */
  readonly facts: readonly string[]
  readonly why: string
  /** Whether this step is an instance of it: decided on the operation and on both sides' answers. */
  explains(meeting: Meeting): boolean
  /** What cannot be seen differs from here on: the rest of the sequence is not compared. */
  readonly parts: boolean
}

const EMPTY: Step = { who: '', outcome: '', a: '-/undef', b: '-/undef', alive: 'p0', downs: '' }

/** Where Strata leaves Erlang/OTP on purpose, as far as sequences can meet it. SPEC.md names them, too. */
export const DIFFERENCES: readonly Difference[] = [
  {
    id: 'refused-load',
    facts: ['L15', 'P31', 'P53'],
    why: 'a load that is refused purges nothing and ends nobody (GEN1); OTP purges before it looks at the new code',
    parts: false,
    explains: ({ operation, ours, theirs, before = EMPTY }) =>
      (operation[0] === 'load_bad' || operation[0] === 'load_failing') &&
      ['bad', 'failed', 'not_purged'].includes(ours.outcome) &&
      ['bad', 'failed', 'not_purged'].includes(theirs.outcome) &&
      isUnchanged(ours, before),
  },
  {
    id: 'purge-beside-deleted',
    facts: ['L16', 'T2'],
    why: 'the load policy `purge` purges every old generation, as the shell’s l/1 does; code:load_binary leaves one beside which nothing is current',
    parts: false,
    explains: ({ operation, ours, theirs, before = EMPTY }) =>
      operation[0] === 'load' &&
      operation[3] === 'load_binary' &&
      ours.outcome === 'ok' &&
      theirs.outcome === 'ok' &&
      !isCurrent(before[operation[1]]) &&
      hasOld(before[operation[1]]) &&
      !hasOld(ours[operation[1]]) &&
      hasOld(theirs[operation[1]]),
  },
  {
    id: 'stale-load',
    facts: ['P22b'],
    why: 'a load that was decided on another current generation is refused (GEN8); OTP loses the newer one without a word',
    parts: false,
    explains: ({ operation, ours, before = EMPTY }) => operation[0] === 'finish' && ours.outcome === 'changed' && isUnchanged(ours, before),
  },
  {
    id: 'unchanged-load',
    facts: ['L25'],
    why: 'a load of what is current already makes no generation unless it is insisted on (GEN10)',
    parts: false,
    explains: ({ operation, ours, before = EMPTY }) =>
      operation[0] === 'reload' && ours.outcome === 'unchanged' && isUnchanged(ours, before),
  },
  {
    id: 'nothing-to-delete',
    facts: ['P63'],
    why: 'a delete of what is not current says so; OTP answers true if the name was ever loaded',
    parts: false,
    explains: ({ operation, ours, theirs, before = EMPTY }) =>
      operation[0] === 'delete' && before[operation[1]] === '-/undef' && ours.outcome === 'false' && theirs.outcome === 'true',
  },
  {
    id: 'purged-function',
    facts: ['C11'],
    why: 'a function value of a purged generation throws PurgedCodeError whether or not its module has a current generation (PIN6); OTP says undef where there is none and badfun where there is one',
    parts: false,
    explains: ({ ours, theirs }) => sameText(ours, theirs, (text) => text.replaceAll('undef_fun', 'purged')),
  },
  {
    id: 'revived-function',
    facts: ['C12', 'C14'],
    why: 'a function value belongs to its generation; in OTP it lives again, and in the new one, when the same bytes are loaded once more',
    parts: true,
    explains: ({ operation, ours, theirs, earlier }) =>
      operation[0] === 'do' &&
      loadedTwice(earlier) &&
      ((['call_fun', 'must_fun', 'enter_fun', 'spawn_fun'].includes(operation[2]) && endsPurged(ours) && !endsPurged(theirs)) ||
        (['enter_fun', 'spawn_fun', 'spawn_local'].includes(operation[2]) && ours.outcome === theirs.outcome && holdsMore(ours, theirs))),
  },
  {
    id: 'external-of-nothing',
    facts: ['C24'],
    why: 'an import that nothing answers throws undef when it is read as a value; OTP’s external function of an absent module throws when it is called',
    parts: true,
    explains: ({ operation, ours, theirs, before = EMPTY }) =>
      operation[0] === 'do' &&
      operation[2] === 'fun' &&
      operation[4] === 'external' &&
      ours.outcome === 'undef' &&
      theirs.outcome === 'ok' &&
      !isCurrent(before[operation[5]]),
  },
  {
    id: 'exit-is-final',
    facts: ['X2'],
    why: 'exit(reason) ends the process and no catch sees it (KILL3); OTP’s exit/1 is an exception that can be caught',
    parts: true,
    explains: ({ operation, ours, theirs, earlier }) =>
      operation[0] === 'do' &&
      operation[2] === 'exit1' &&
      earlier.some((one) => one[0] === 'do' && one[2] === 'enter_try') &&
      ours.alive.length < theirs.alive.length,
  },
  {
    id: 'down-by-name',
    facts: ['X12'],
    why: 'a Down names the pid of what ended also when it was asked for by name; OTP’s names the name and node',
    parts: false,
    explains: ({ operation, ours, theirs }) =>
      operation[0] === 'do' && operation[2] === 'drain' && sameText(ours, theirs, (text) => text.replaceAll(/(down\d+)\(\w+,/g, '$1(')),
  },
  {
    id: 'timers-pin',
    facts: ['C9', 'C16'],
    why: 'a timer’s callback pins its generation (PIN1); in OTP every function value outside a frame only fails later with badfun',
    parts: true,
    explains: ({ ours, theirs, earlier }) => earlier.some((one) => one[0] === 'do' && one[2] === 'timer') && holdsMore(ours, theirs),
  },
]

function isUnchanged(step: Step, before: Step): boolean {
  return step.a === before.a && step.b === before.b && step.alive === before.alive && step.downs === ''
}

function isCurrent(subject: string): boolean {
  return !subject.startsWith('-/')
}

function hasOld(subject: string): boolean {
  return subject.includes(' old[')
}

function oldUsers(subject: string): string[] {
  return (/ old\[(.*)\]$/.exec(subject)?.[1] ?? '').split(',').filter((user) => user !== '')
}

function endsPurged({ outcome, downs }: Step): boolean {
  return `${outcome} ${downs}`.includes('purged')
}

/** Old code is held by somebody by whom it is not in OTP, and by nobody less. */
function holdsMore(ours: Step, theirs: Step): boolean {
  const users = (step: Step): string[] => SUBJECTS.flatMap((subject) => oldUsers(step[subject]).map((user) => `${subject} ${user}`))
  const [our, their] = [users(ours), users(theirs)]
  return our.length > their.length && their.every((user) => our.includes(user))
}

function sameText(ours: Step, theirs: Step, written: (text: string) => string): boolean {
  return (['who', 'outcome', 'a', 'b', 'alive', 'downs'] as const).every(
    (field) => inDefinedOrder(written(ours[field])) === inDefinedOrder(written(theirs[field])),
  )
}

/** Some version was loaded more than once. */
function loadedTwice(earlier: readonly Operation[]): boolean {
  const seen = new Set<string>()
  for (const [module, version] of earlier.flatMap(loadsOf)) {
    const key = `${module} ${version}`
    if (seen.has(key)) return true
    seen.add(key)
  }
  return false
}

function loadsOf(operation: Operation): (readonly [Subject, number])[] {
  switch (operation[0]) {
    case 'load':
    case 'prepare':
      return [[operation[1], operation[2]]]
    case 'load_set':
      return [
        ['a', operation[1]],
        ['b', operation[2]],
      ]
    default:
      return []
  }
}
