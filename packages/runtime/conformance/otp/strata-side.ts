import type { Pid } from '../../src/ids.ts'
import type { ModuleView, OldPolicy } from '../../src/inspect/views.ts'
import { formatAnswer, formatReason, type Answer, type Received } from './format-answer.ts'
import type { Operation, Step, Subject, Transcript, Way } from './operations.ts'
import { StrataNode } from './strata-node.ts'
import { subjectSource } from './subject-source.ts'

/** A runtime is started anew after so many sequences: the history of three modules grows with every load. */
const SEQUENCES_PER_NODE = 500
const NO_CODE = 'export function v( {'

const POLICIES: Readonly<Record<Way, OldPolicy>> = {
  load_module: 'refuse',
  load_file: 'refuse',
  load_binary: 'purge',
  l: 'purge',
  soft: 'soft-purge',
}

/** What a sequence has so far. */
interface Cast {
  readonly node: StrataNode
  readonly spy: Pid
  readonly pids: Pid[]
  /** Those that lived when everybody was last at rest. */
  alive: ReadonlySet<Pid>
  readonly prepared: Map<Subject, { readonly version: number; readonly expected: number | null }>
}

/** Interprets sequences on runtimes of ours, which it starts and stops. */
export class StrataSide {
  readonly #trials: boolean
  #node: StrataNode | undefined
  #left = 0

  constructor({ trials }: { readonly trials: boolean }) {
    this.#trials = trials
  }

  async run(operations: readonly Operation[]): Promise<Transcript> {
    const node = await this.#takeNode()
    const spy = await node.watcher()
    const root = await node.watcher()
    const cast: Cast = { node, spy, pids: [root], alive: new Set([root]), prepared: new Map() }
    await node.ask(spy, ['monitor', root])
    const steps: Step[] = []
    for (const operation of operations) steps.push(await takeStep(cast, operation))
    for (const pid of [spy, ...cast.pids]) await node.kill(pid)
    for (const subject of ['a', 'b'] as const) await node.erase(subject)
    return steps
  }

  async stop(): Promise<void> {
    await this.#node?.stop()
    this.#node = undefined
  }

  async #takeNode(): Promise<StrataNode> {
    if (this.#left === 0) await this.stop()
    if (this.#node === undefined) {
      this.#node = await StrataNode.start({ trials: this.#trials })
      this.#left = SEQUENCES_PER_NODE
    }
    this.#left--
    return this.#node
  }
}

async function takeStep(cast: Cast, operation: Operation): Promise<Step> {
  const { node, spy, pids } = cast
  const before = pids.length
  const actor =
    operation[0] === 'do'
      ? pick(
          pids.filter((pid) => cast.alive.has(pid)),
          operation[1],
        )
      : undefined
  const outcome = await apply(cast, operation, actor)
  cast.alive = await node.settle()
  // A new process is watched once it had its first turn: whether it ended in it does not depend on who was faster.
  for (const pid of pids.slice(before)) await node.ask(spy, ['monitor', pid])
  const { value } = (await node.ask(spy, ['look'])) as { value: [unknown, unknown, Received[]] }
  const [boundA, boundB, ended] = value
  const alive = pids.filter((pid) => cast.alive.has(pid))
  // Where something ended, everybody's queue gets a mark: within it the order of what different processes sent is not defined.
  if (ended.length > 0) for (const pid of alive) await node.mark(pid)
  const modules = await node.modules()
  return {
    who: actor === undefined ? '' : names([actor], pids),
    outcome,
    a: await describeSubject(cast, modules, 'a', boundA),
    b: await describeSubject(cast, modules, 'b', boundB),
    alive: names(alive, pids),
    downs: ended
      .map(({ pid = '', reason }) => ({ number: pids.indexOf(pid as Pid), reason }))
      .toSorted((one, other) => one.number - other.number)
      .map(({ number, reason }) => `p${number}:${formatReason(reason)}`)
      .join(','),
  }
}

async function describeSubject(
  { node, pids, alive }: Cast,
  modules: readonly ModuleView[],
  module: Subject,
  bound: unknown,
): Promise<string> {
  const view = modules.find(({ name }) => name === module)
  const current = view?.current ?? null
  const old = (view?.generations ?? []).filter((number) => number !== current)
  const text = `${current === null ? '-' : String(node.versionOf(module, current))}/${String(bound)}`
  if (old.length === 0) return text
  const pinning = await node.pinning(module, old)
  const users = pids.filter((pid) => alive.has(pid) && pinning.has(pid))
  return `${text} old[${names(users, pids)}]`
}

async function apply(cast: Cast, operation: Operation, actor: Pid | undefined): Promise<string> {
  const { node, pids } = cast
  switch (operation[0]) {
    case 'load':
      return node.load([[operation[1], operation[2]]], POLICIES[operation[3]])
    case 'load_bad':
      return node.load([[operation[1], 0]], POLICIES[operation[2]], { text: NO_CODE })
    case 'load_failing': {
      const [, module, version, way] = operation
      return node.load([[module, version]], POLICIES[way], { text: subjectSource(module, version, true) })
    }
    case 'load_set': {
      const [, versionA, versionB] = operation
      return node.load(
        [
          ['a', versionA],
          ['b', versionB],
        ],
        'refuse',
      )
    }
    case 'reload': {
      const [, module] = operation
      const current = await node.current(module)
      if (current === null) return 'none'
      return node.load([[module, node.versionOf(module, current) ?? 0]], 'refuse', { again: false })
    }
    case 'prepare':
      cast.prepared.set(operation[1], { version: operation[2], expected: await node.current(operation[1]) })
      return 'ok'
    case 'finish': {
      const [, module] = operation
      const prepared = cast.prepared.get(module)
      cast.prepared.delete(module)
      if (prepared === undefined) return 'none'
      return node.load([[module, prepared.version]], 'refuse', { expected: { [module]: prepared.expected } })
    }
    case 'soft_purge':
      return String(await node.softPurge(operation[1]))
    case 'purge':
      return String(await node.purge(operation[1]))
    case 'delete':
      return String(await node.delete(operation[1]))
    case 'kill':
      return node.kill(known(pids, operation[1]))
    case 'inspect':
      return inspect(cast, known(pids, operation[1]))
    case 'do': {
      const [, , ...deed] = operation
      if (actor !== undefined) return perform(cast, actor, resolve(deed, pids))
      pids.push(await node.watcher())
      return 'reborn'
    }
  }
}

async function perform({ node, pids }: Cast, pid: Pid, deed: readonly unknown[]): Promise<string> {
  const answer = await node.ask(pid, deed)
  if (answer.status === 'ended') return 'ended'
  const { value } = answer
  if (typeof value === 'object' && value !== null && 'spawned' in value) pids.push(value.spawned as Pid)
  return formatAnswer(value as Answer, (other) => `p${pids.indexOf(other as Pid)}`)
}

async function inspect({ node, spy, pids }: Cast, pid: Pid): Promise<string> {
  const detail = await node.detail(pid)
  if (detail === undefined) return 'dead'
  const others = (list: readonly Pid[]): string =>
    names(
      list.filter((other) => other !== spy).toSorted((one, other) => pids.indexOf(one) - pids.indexOf(other)),
      pids,
    )
  const { links, monitoredBy, name, trapExit, queueLength } = detail
  return `links[${others(links)}] by[${others(monitoredBy)}] name ${name ?? 'none'} trap ${trapExit} queue ${queueLength}`
}

function pick(pids: readonly Pid[], index: number): Pid | undefined {
  return pids[index % pids.length]
}

function known(pids: readonly Pid[], index: number): Pid {
  return pids[index % pids.length]!
}

/** Numbers of processes become pids. */
function resolve(deed: readonly unknown[], pids: readonly Pid[]): readonly unknown[] {
  const [verb, first, second] = deed
  switch (verb) {
    case 'link':
    case 'unlink':
    case 'monitor':
    case 'send':
    case 'exit':
      return [verb, known(pids, first as number), ...deed.slice(2)]
    case 'register':
      return [verb, first, known(pids, second as number)]
    default:
      return deed
  }
}

function names(chosen: readonly Pid[], pids: readonly Pid[]): string {
  return chosen.map((pid) => `p${pids.indexOf(pid)}`).join(',')
}
