/** A small mistake in the source, and the test that notices it. */
export interface Mutant {
  readonly name: string
  /** Below `packages/runtime`. */
  readonly file: string
  /** Stands once in the file. */
  readonly find: string
  readonly replace: string
  readonly test: { readonly file: string; readonly title: string }
}

const COMPILE = 'src/compiler/compile-module.test.ts'
const EXITS = 'src/scheduler/exits.test.ts'
const STRANDS = 'src/scheduler/strands.test.ts'
const MESSAGES = 'src/scheduler/messages.test.ts'
const CENSUS = {
  file: 'src/scheduler/pin-census.test.ts',
  title: 'PIN1 ENG2 who pins what is known without asking each process, and is what asking each says, within turns and between them',
}
const ACROSS = 'test/supervision-across.test.ts'
const PLAN_ACROSS = 'PLAN3 the plan knows who ends with whom on other schedulers, and what supervisors do about children there'
const LANGUAGE = 'test/language.test.ts'
const PROGRAMS = 'test/differential.test.ts'
const GENERATED = 'test/generated.test.ts'

/** What the compiler and the part of the scheduler that drives compiled code could get wrong. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no tail call is one',
    file: 'src/compiler/calls.ts',
    find: 'if (!rewriter.frame.lowered || rewriter.frame.protection > 0) {',
    replace: 'if (rewriter.frame.protection >= 0) {',
    test: { file: COMPILE, title: 'PIN2 tail calls through methods, arrows, imports and conditions keep the stack flat' },
  },
  {
    name: 'a return in try is a tail call',
    file: 'src/compiler/calls.ts',
    find: 'if (!rewriter.frame.lowered || rewriter.frame.protection > 0) {',
    replace: 'if (!rewriter.frame.lowered) {',
    test: { file: COMPILE, title: 'PIN2 in try, return f() is a strand that starts before finally' },
  },
  {
    name: 'a tail call of a function by itself in try becomes a loop',
    file: 'src/compiler/calls.ts',
    find: 'if (loop === undefined || frame.protection > 0) return false',
    replace: 'if (loop === undefined) return false',
    test: { file: PROGRAMS, title: 'tail calls of a function by itself' },
  },
  {
    name: 'loops of async functions are not checked',
    file: 'src/compiler/checks.ts',
    find: '  if (rewriter.frame.lowered) return entryCheck(rewriter, at)\n',
    replace: "  if (rewriter.frame.lowered) return ''\n",
    test: { file: COMPILE, title: 'PIN6 a lowered function that awaits in a loop throws at the next iteration' },
  },
  {
    name: 'loops of synchronous functions are not checked',
    file: 'src/compiler/checks.ts',
    find: "if ((${counter}.r -= ${LOOP_BATCH}) < 0) ${names.of('s')}.check(${counter});`",
    replace: '`',
    test: { file: STRANDS, title: 'SCHED1 a synchronous overrun is charged' },
  },
  {
    name: 'entries of async functions are not checked',
    file: 'src/compiler/checks.ts',
    find: '  return ` if (--${counter}.r < ${counter}.m) yield (${registers}.site = ${site}, ${registers}.pause(${counter}));`',
    replace: "  return ''",
    test: { file: STRANDS, title: 'SCHED1 tail calls between functions use the turn up, too' },
  },
  {
    name: 'entries of synchronous functions are not checked',
    file: 'src/compiler/checks.ts',
    find: '  if (!frame.lowered) return ` if (--${counter}.r < 0) ${registers}.check(${counter});`',
    replace: "  if (!frame.lowered) return ''",
    test: {
      file: 'src/scheduler/late-binding.test.ts',
      title: 'PIN6 a synchronous function without loops throws at its entry once its generation is purged',
    },
  },
  {
    name: 'a frame that is pushed pins nothing',
    file: 'src/scheduler/visit-pins.ts',
    find: "  visitFrames(process.top, started ? 'frame' : 'in_flight', visit)\n",
    replace: '',
    test: { file: EXITS, title: 'KILL1 a waiting process ends at once, with its frames, name and timers' },
  },
  {
    name: 'a tail call into another generation moves no pin',
    file: 'src/scheduler/driver.ts',
    find: '        frame.descriptor = pushed\n',
    replace: '',
    test: { file: 'src/scheduler/late-binding.test.ts', title: 'PIN2 a tail call into another generation takes its pin along' },
  },
  {
    name: "a timer's callback pins nothing",
    file: 'src/scheduler/visit-pins.ts',
    find: "    if (callback !== null && callback.owner !== null) visit(callback.owner, 'timer', callback.since, null, callback)\n",
    replace: '',
    test: { file: EXITS, title: 'KILL1 a waiting process ends at once, with its frames, name and timers' },
  },
  {
    name: 'catch sees the end of a process',
    file: 'src/compiler/unwinding.ts',
    find: '` if (${param.name} === ${exit}) throw ${param.name};`',
    replace: "''",
    test: { file: EXITS, title: 'KILL3 exit in synchronous code unwinds and cannot be caught' },
  },
  {
    name: 'a catch without a parameter sees the end of a process',
    file: 'src/compiler/unwinding.ts',
    find: '  const rethrow = ` if (${error} === ${exit}) throw ${error};`',
    replace: "  const rethrow = ''",
    test: { file: EXITS, title: 'KILL3 exit in synchronous code unwinds and cannot be caught' },
  },
  {
    name: 'a return in finally brings a frame back',
    file: 'src/compiler/unwinding.ts',
    find: '  return search(block, false, false, [])',
    replace: '  return search(block, false, false, []) && false',
    test: { file: EXITS, title: 'KILL3 exit in synchronous code unwinds and cannot be caught' },
  },
  {
    name: 'a kill runs finally blocks',
    file: 'src/compiler/unwinding.ts',
    find: "` if (${names.of('s')}.ending !== 2) {${unwound ? ' try {' : ''}${check}`",
    replace: "` {${unwound ? ' try {' : ''}${check}`",
    test: { file: COMPILE, title: 'KILL2 no catch and no finally runs' },
  },
  {
    name: 'a generator that is ended early runs its finally unchecked',
    file: 'src/compiler/unwinding.ts',
    find: 'const check = facts.node.generator === true && !lowered ?',
    replace: 'const check = facts.node.generator === undefined && !lowered ?',
    test: { file: COMPILE, title: 'PIN6 purged code throws where a generator of it is ended early, before its finally runs' },
  },
  {
    name: 'compiled code uses what the module calls Symbol',
    file: 'src/compiler/helpers.ts',
    find: '    this.#own.add(word)\n    return this.#names.of(word)\n',
    replace: '    return word\n',
    test: { file: LANGUAGE, title: 'a module may call what it likes as the language calls its own' },
  },
  {
    name: 'what an async function returns is taken over at once',
    file: 'src/scheduler/driver.ts',
    find: 'if (isReturned) awaitReturned(core, strand, awaitable)',
    replace: 'if (isReturned === undefined) awaitReturned(core, strand, awaitable)',
    test: { file: LANGUAGE, title: 'what an async function returns is taken over by its promise two microtasks later' },
  },
  {
    name: 'the place of an await is not noted',
    file: 'src/scheduler/registers.ts',
    find: '    this.site = site\n    return this.tail(callee, thisValue, args, text)\n',
    replace: '    return this.tail(callee, thisValue, args, text)\n',
    test: { file: 'test/module-traces.test.ts', title: 'COMP4 errors behind an await, in a pattern of a catch' },
  },
  {
    name: 'who waits for a call of a process that ended waits for ever',
    file: 'src/scheduler/exits.ts',
    find: '        if (strand.settle !== null) rejectOrphan(strand.settle, error)\n',
    replace: '',
    test: { file: STRANDS, title: 'STR8 who waits for a call of a process that is killed hears of its end' },
  },
  {
    name: 'what a finally awaits never settles',
    file: 'src/scheduler/driver.ts',
    find: 'if (settle !== null && value === core.registers.exit) rejectOrphan(',
    replace: 'if (settle !== null && process.ending !== END_NONE) rejectOrphan(',
    test: { file: EXITS, title: 'KILL3 what a finally or a disposal awaits of async functions settles while it unwinds, failures too' },
  },
  {
    name: 'a strand forgets what it keeps when it waits',
    file: 'src/scheduler/turn.ts',
    find: '    else stores.runInAsyncScope(drive, null, core, strand)\n',
    replace: '    else drive(core, strand)\n',
    test: { file: 'test/async-storage.test.ts', title: 'STR7 what is kept in an AsyncLocalStorage follows its strand' },
  },
  {
    name: 'a purge leaves the counter of a generation',
    file: 'src/code/purge-gate.ts',
    find: '  code.retired = null\n  code.instance.retire(counter)\n  return counter\n',
    replace: '  return counter\n',
    test: {
      file: 'src/scheduler/late-binding.test.ts',
      title: 'PIN6 a synchronous function without loops throws at its entry once its generation is purged',
    },
  },
  {
    name: 'an external function keeps calling what was current when it was read',
    file: 'src/code/module-links.ts',
    find: 'const target = main.#read(name) as Callable',
    replace: 'const target = value as Callable',
    test: {
      file: 'src/code/module-links.test.ts',
      title: 'GEN13 an imported function as a value is one object, which calls what is current (C2)',
    },
  },
  {
    name: 'members of a set go on meaning each other after a later load',
    file: 'src/code/code-table.ts',
    find: '    for (const link of staged.links) link.main.follow(link)\n',
    replace: '',
    test: {
      file: 'src/scheduler/late-binding.test.ts',
      title: 'GEN13 members that were loaded in one set mean what is current after a later load',
    },
  },
  {
    name: 'a set means what is current while its bodies run',
    file: 'src/code/code-table.ts',
    find: '        if (link === undefined) return main\n',
    replace: '        if (link !== undefined) return main\n        if (link === undefined) return main\n',
    test: {
      file: 'test/loading.test.ts',
      title: 'GEN4 modules of a set become current together, and see each other while they are evaluated',
    },
  },
  {
    name: 'who imports a body that waits does not wait',
    file: 'src/code/evaluate-set.ts',
    find: '        node.pending++\n        required.asyncParents.push(node)\n',
    replace: '',
    test: {
      file: 'test/module-body.test.ts',
      title: 'GEN4 members that wait hold up those that import them and nobody else, circles included, as ES modules do',
    },
  },
  {
    name: 'a body may do what a process may',
    file: 'src/scheduler/core.ts',
    find: '    return owner !== null && owner.serial === 0\n',
    replace: '    return owner !== null && owner.serial === -1\n',
    test: { file: STRANDS, title: 'GEN11 in a body spawn, register, send and receive throw not_in_body, and what it starts is ended' },
  },
  {
    name: 'an await goes on at once where somebody can tell',
    file: 'src/scheduler/awaits.ts',
    find: '  return strandCount > 1 || serial === 0 || (relations !== null && (relations.tells || hasMicrotasks(relations)))\n',
    replace: '  return strandCount < 0 || (serial < 0 && relations !== null && hasMicrotasks(relations))\n',
    test: { file: GENERATED, title: 'COMP1 generated programs do what they do without us' },
  },
  {
    name: 'a message is not copied',
    file: 'src/scheduler/registers.ts',
    find: 'return fresh === this.proof ? message : copyMessage(message)\n',
    replace: 'return message\n',
    test: { file: MESSAGES, title: 'MSG1 a message is copied when it is sent' },
  },
  {
    name: 'a literal that is sent is never copied',
    file: 'src/compiler/message-literals.ts',
    find: "if (!(${primitive.join(' && ')})) { ${copied} } ",
    replace: '',
    test: {
      file: MESSAGES,
      title: 'MSG1 a literal that is sent is a value of its own at each send, evaluated in order, whatever its leaves are',
    },
  },
  {
    name: 'census: what a process pins after its turn is not looked at',
    file: 'src/scheduler/core.ts',
    find: '    if (process.censusPlace === CENSUS_SETTLED) this.census.note(process)\n',
    replace: '',
    test: CENSUS,
  },
  {
    name: 'census: a `receive` that ends outside a turn is not looked at',
    file: 'src/scheduler/turn.ts',
    find: '    selection.owner = null\n    core.census.note(process)',
    replace: '    selection.owner = null',
    test: CENSUS,
  },
  {
    name: 'census: a timer that code outside a turn sets is not looked at',
    file: 'src/scheduler/timers.ts',
    find: '  if (timer.callback !== null && timer.callback.owner !== null) core.census.note(timer.process)\n',
    replace: '',
    test: CENSUS,
  },
  {
    name: 'census: a process that an exit signal meets is not looked at',
    file: 'src/scheduler/exits.ts',
    find: '  core.census.note(process)\n',
    replace: '',
    test: CENSUS,
  },
  {
    name: 'census: a function that was spawned is not looked at before its turn',
    file: 'src/scheduler/spawn.ts',
    find: '    core.census.note(process)\n',
    replace: '',
    test: CENSUS,
  },
  {
    name: 'census: a process that has ended goes on pinning',
    file: 'src/scheduler/exits.ts',
    find: '  core.census.forget(process)\n',
    replace: '',
    test: CENSUS,
  },
  {
    name: 'census: the turn in progress is looked at once',
    file: 'src/scheduler/pin-census.ts',
    find: '    this.note(process)\n    this.#look(process)',
    replace: '    this.#look(process)',
    test: CENSUS,
  },
  {
    name: 'census: a generation that a process has left goes on being held',
    file: 'src/scheduler/pin-census.ts',
    find: '      this.#drop(process, holders)\n      return',
    replace: '      return',
    test: CENSUS,
  },
  {
    name: 'census: a process that stays has pinned since its first look',
    file: 'src/scheduler/pin-census.ts',
    find: '    holders.date(process, sinceOf[at] as number)\n',
    replace: '',
    test: CENSUS,
  },
  {
    name: 'census: one that pins longer than before keeps its place',
    file: 'src/process/hold.ts',
    find: 'this.#put(process, since, place)\n  }\n\n  #placeOf',
    replace: 'this.#since[place] = since\n  }\n\n  #placeOf',
    test: CENSUS,
  },
  {
    name: 'census: a process that was taken out of the list is looked at in place of another',
    file: 'src/scheduler/pin-census.ts',
    find: '    last.censusPlace = process.censusPlace\n',
    replace: '',
    test: CENSUS,
  },
  {
    name: 'census: a heap without sifting down',
    file: 'src/process/hold.ts',
    find: '    if (up === place) this.#down(process, since, place)\n',
    replace: '',
    test: {
      file: 'src/process/hold.test.ts',
      title: 'PIN1 of those who pin a generation the one that has done so longest comes first, whoever comes, goes and begins anew',
    },
  },
  {
    name: 'objects of a whole message are not told apart',
    file: 'src/process/write-tree.ts',
    find: "return `${compared === '' ? '' : `if (${compared}) return null; `}${own}",
    replace: 'return `${own}',
    test: { file: 'src/process/message-tree.test.ts', title: 'MSG1 MSG2 messages that come often' },
  },
  {
    name: 'an index in a part of a whole message is overlooked',
    file: 'src/process/write-tree.ts',
    find: 'if (key !== ${names[0]}) return null; break;',
    replace: 'break;',
    test: { file: 'src/process/message-tree.test.ts', title: 'MSG1 MSG2 messages that come often' },
  },
  {
    name: 'turns go on beside microtasks whose place somebody can tell',
    file: 'src/scheduler/scheduler.ts',
    find: 'if (!drained && queue.first !== null && mayHaveTicks(queue.first)) break',
    replace: '',
    test: { file: 'src/scheduler/waiting-turns.test.ts', title: 'SCHED1 STR6 a settled promise wakes others' },
  },
  {
    name: 'each child that falls with its scheduler counts as a restart',
    file: 'src/behaviours/restart-limit.ts',
    find: "  if (countedAtMs !== undefined && startedAtMs <= countedAtMs) return { ...counts, status: 'within' }\n",
    replace: '',
    test: {
      file: ACROSS,
      title: 'SUP15 children that fall with their scheduler are one restart, and start on another until theirs is back',
    },
  },
  {
    name: 'all later losses of a scheduler are free',
    file: 'src/behaviours/restart-limit.ts',
    find: 'countedAtMs !== undefined && startedAtMs <= countedAtMs',
    replace: 'countedAtMs !== undefined',
    test: { file: ACROSS, title: 'SUP15 a loss counts again for who was started since' },
  },
  {
    name: 'a child does not start while its scheduler is down',
    file: 'src/behaviours/supervised-child.ts',
    find: "    if (code === 'scheduler_down') return startChild({ ...start, scheduler: 'spread' }, behaviours)\n",
    replace: '',
    test: {
      file: ACROSS,
      title: 'SUP15 children that fall with their scheduler are one restart, and start on another until theirs is back',
    },
  },
  {
    name: 'a plan does not follow links to other schedulers',
    file: 'src/inspect/victims.ts',
    find: '    for (const to of process.relations?.away?.links ?? [])',
    replace: '    for (const to of [] as Pid[])',
    test: { file: 'test/consequences-across.test.ts', title: PLAN_ACROSS },
  },
  {
    name: 'a plan forgets whom supervisors stop on other schedulers',
    file: 'src/inspect/victims.ts',
    find: "      sent.push({ type: 'stop', to: pid, from: supervisor.pid })\n",
    replace: '',
    test: { file: 'test/consequences-across.test.ts', title: PLAN_ACROSS },
  },
  {
    name: 'a plan counts children that their supervisor stops as lost',
    file: 'src/inspect/victims.ts',
    find: '    if (stopped || supervisionOf(process)?.byPid.has(from) !== true) return\n',
    replace: '    if (supervisionOf(process)?.byPid.has(from) !== true) return\n',
    test: { file: 'test/consequences.test.ts', title: 'PLAN3 giving up goes up the tree as far as it goes' },
  },
]
