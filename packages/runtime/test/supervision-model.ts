// A naive model of trees of supervisors: what is told to be started and stopped, in which order, by the words of the rules SUP1–SUP4 and nothing of our code.

export interface ModelChild {
  readonly id: string
  readonly restart: 'permanent' | 'transient' | 'temporary'
  /** `null` for a leaf. */
  readonly supervises: ModelSpec | null
}

export interface ModelSpec {
  readonly strategy: 'one-for-one' | 'one-for-all' | 'rest-for-one'
  readonly intensity: number
  readonly children: readonly ModelChild[]
}

interface Member {
  readonly child: ModelChild
  state: 'runs' | 'stopped'
  inside: ModelTree | null
}

/** One supervisor; nothing ages, so every restart counts for good. */
export class ModelTree {
  readonly #spec: ModelSpec
  readonly #tell: (event: string) => void
  #members: Member[] = []
  #restarts = 0

  constructor(spec: ModelSpec, tell: (event: string) => void) {
    this.#spec = spec
    this.#tell = tell
    for (const child of spec.children) {
      const member: Member = { child, state: 'stopped', inside: null }
      this.#members.push(member)
      this.#start(member)
    }
  }

  /** Leaves that run, by id. */
  leaves(): string[] {
    return this.#members.flatMap(({ child, state, inside }) => (inside !== null ? inside.leaves() : state === 'runs' ? [child.id] : []))
  }

  /** A leaf ends abnormally or not. Answers whether this supervisor is still there. */
  end(id: string, isNormal: boolean): 'lives' | 'gives_up' {
    for (const member of this.#members) {
      if (member.inside !== null && member.inside.leaves().includes(id)) {
        if (member.inside.end(id, isNormal) === 'lives') return 'lives'
        member.inside = null
        // A supervisor that gives up ends with `shutdown`, which is a normal end.
        return this.#ended(member, true)
      }
      if (member.inside === null && member.state === 'runs' && member.child.id === id) return this.#ended(member, isNormal)
    }
    return 'lives'
  }

  /** The last first. */
  stop(): void {
    for (const member of [...this.#members].reverse()) this.#stop(member)
  }

  #ended(member: Member, isNormal: boolean): 'lives' | 'gives_up' {
    member.state = 'stopped'
    const { restart } = member.child
    if (restart === 'temporary') this.#members = this.#members.filter((other) => other !== member)
    if (restart === 'temporary' || (restart === 'transient' && isNormal)) return 'lives'
    if (++this.#restarts > this.#spec.intensity) {
      this.stop()
      return 'gives_up'
    }
    const at = this.#members.indexOf(member)
    const group =
      this.#spec.strategy === 'one-for-one'
        ? [member]
        : this.#spec.strategy === 'one-for-all'
          ? [...this.#members]
          : this.#members.slice(at)
    for (const other of [...group].reverse()) if (other !== member) this.#stop(other)
    const back = group.filter((other) => other === member || other.child.restart !== 'temporary')
    this.#members = this.#members.filter((other) => !group.includes(other) || back.includes(other))
    for (const other of back) this.#start(other)
    return 'lives'
  }

  #start(member: Member): void {
    member.state = 'runs'
    const { id, supervises } = member.child
    if (supervises === null) this.#tell(`start ${id}`)
    else member.inside = new ModelTree(supervises, this.#tell)
  }

  #stop(member: Member): void {
    if (member.state !== 'runs') return
    member.state = 'stopped'
    if (member.inside === null) this.#tell(`stop ${member.child.id}`)
    else member.inside.stop()
    member.inside = null
  }
}
