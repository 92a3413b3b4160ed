import { formatPid, type Pid } from '../ids.ts'

// Layout, in 32-bit words: a head, then BUCKETS heads of chains, then blocks. A block is [next, hash, scheduler, serial, length, characters…], two characters to a
// word. What is written last is the one word by which a block joins or leaves its chain, so that a thread which ends in the middle leaves a table that is whole.

const LOCK = 0
/** First word that no block has had yet. */
const TOP = 1
const FREE_LISTS = 2
const BUCKETS = 4_096
/** A block of `n` words is in the list of its size when it is free; a name has 120 characters at most. */
const SIZES = 72
const CHAINS = FREE_LISTS + SIZES
const BLOCKS = CHAINS + BUCKETS
const NEXT = 0
const HASH = 1
const SCHEDULER = 2
const SERIAL = 3
const LENGTH = 4
const TEXT = 5

const INITIAL_BYTES = 64 * 1_024
/** Reserved, not used: a name takes 20 bytes and two for each character. */
const MAXIMUM_BYTES = 256 * 2 ** 20
const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT
/** A holder needs a microsecond; whoever finds the lock taken sleeps no longer before it looks again. */
const LOCK_WAIT_MS = 1

/**
 * Who has which registered name, over all schedulers (NAME2). It stands in shared memory under one lock word, because `register` and `whereis` answer at once and
 * no thread may wait for another's turn. Each scheduler knows the names of its own processes besides and asks here for others only.
 */
export class NameTable {
  readonly buffer: SharedArrayBuffer
  readonly #words: Int32Array
  /** What the lock word says while this thread has it. */
  readonly #self: number

  /** `self`: another number for each thread, 1 at least. */
  constructor(self: number, buffer?: SharedArrayBuffer) {
    this.#self = self
    this.buffer = buffer ?? new SharedArrayBuffer(INITIAL_BYTES, { maxByteLength: MAXIMUM_BYTES })
    // Without a length it grows with the buffer.
    this.#words = new Int32Array(this.buffer)
    if (buffer === undefined) this.#words[TOP] = BLOCKS
  }

  find(name: string): Pid | undefined {
    return this.#locked(() => {
      const at = this.#find(name, hashOf(name))
      return at === 0 ? undefined : this.#pidAt(at)
    })
  }

  /** False when somebody has the name. Throws `RangeError` when the table is full. */
  add(name: string, scheduler: number, serial: number): boolean {
    return this.#locked(() => {
      const words = this.#words
      const hash = hashOf(name)
      if (this.#find(name, hash) !== 0) return false
      const at = this.#allocate(blockWords(name.length))
      words[at + HASH] = hash
      words[at + SCHEDULER] = scheduler
      words[at + SERIAL] = serial
      words[at + LENGTH] = name.length
      for (let i = 0; i < name.length; i += 2) words[at + TEXT + i / 2] = name.charCodeAt(i) | (name.charCodeAt(i + 1) << 16)
      const chain = chainOf(hash)
      words[at + NEXT] = words[chain] as number
      words[chain] = at
      return true
    })
  }

  /** Whether the process had the name and has it no longer. */
  remove(name: string, pid: Pid): boolean {
    return this.#locked(() => {
      const hash = hashOf(name)
      const at = this.#find(name, hash)
      if (at === 0 || this.#pidAt(at) !== pid) return false
      this.#unlink(chainOf(hash), at)
      return true
    })
  }

  /** All names of processes elsewhere than on `scheduler`. */
  namesElsewhere(scheduler: number): string[] {
    return this.#locked(() => {
      const names: string[] = []
      for (let chain = CHAINS; chain < BLOCKS; chain++)
        for (let at = this.#words[chain] as number; at !== 0; at = this.#words[at + NEXT] as number)
          if (this.#words[at + SCHEDULER] !== scheduler) names.push(this.#textAt(at))
      return names
    })
  }

  /** The thread of a scheduler has ended, perhaps while it had the lock. */
  dropScheduler(scheduler: number): void {
    if (Atomics.compareExchange(this.#words, LOCK, scheduler, 0) === scheduler) Atomics.notify(this.#words, LOCK)
    this.#locked(() => {
      for (let chain = CHAINS; chain < BLOCKS; chain++) {
        for (let at = this.#words[chain] as number; at !== 0; ) {
          const next = this.#words[at + NEXT] as number
          if (this.#words[at + SCHEDULER] === scheduler) this.#unlink(chain, at)
          at = next
        }
      }
    })
  }

  #locked<T>(act: () => T): T {
    const words = this.#words
    while (Atomics.compareExchange(words, LOCK, 0, this.#self) !== 0) Atomics.wait(words, LOCK, Atomics.load(words, LOCK), LOCK_WAIT_MS)
    try {
      return act()
    } finally {
      Atomics.store(words, LOCK, 0)
      Atomics.notify(words, LOCK, 1)
    }
  }

  #find(name: string, hash: number): number {
    const words = this.#words
    for (let at = words[chainOf(hash)] as number; at !== 0; at = words[at + NEXT] as number)
      if (words[at + HASH] === hash && this.#isNamed(at, name)) return at
    return 0
  }

  #isNamed(at: number, name: string): boolean {
    if (this.#words[at + LENGTH] !== name.length) return false
    for (let i = 0; i < name.length; i++) if (this.#characterAt(at, i) !== name.charCodeAt(i)) return false
    return true
  }

  #textAt(at: number): string {
    let text = ''
    for (let i = 0; i < (this.#words[at + LENGTH] as number); i++) text += String.fromCharCode(this.#characterAt(at, i))
    return text
  }

  #characterAt(at: number, i: number): number {
    return ((this.#words[at + TEXT + (i >> 1)] as number) >>> (i % 2 === 0 ? 0 : 16)) & 0xffff
  }

  #pidAt(at: number): Pid {
    return formatPid(this.#words[at + SCHEDULER] as number, this.#words[at + SERIAL] as number)
  }

  #allocate(size: number): number {
    const words = this.#words
    const free = words[FREE_LISTS + size] as number
    if (free !== 0) {
      words[FREE_LISTS + size] = words[free + NEXT] as number
      return free
    }
    const at = words[TOP] as number
    if ((at + size) * WORD_BYTES > this.buffer.byteLength) {
      if (2 * this.buffer.byteLength > MAXIMUM_BYTES) throw new RangeError('the table of names is full')
      this.buffer.grow(2 * this.buffer.byteLength)
    }
    words[TOP] = at + size
    return at
  }

  #unlink(chain: number, at: number): void {
    const words = this.#words
    const next = words[at + NEXT] as number
    if (words[chain] === at) words[chain] = next
    else {
      let before = words[chain] as number
      while (words[before + NEXT] !== at) before = words[before + NEXT] as number
      words[before + NEXT] = next
    }
    const size = blockWords(words[at + LENGTH] as number)
    words[at + NEXT] = words[FREE_LISTS + size] as number
    words[FREE_LISTS + size] = at
  }
}

function blockWords(length: number): number {
  return TEXT + Math.ceil(length / 2)
}

function chainOf(hash: number): number {
  return CHAINS + (hash & (BUCKETS - 1))
}

/** FNV-1a over UTF-16 units. */
function hashOf(name: string): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193)
  return hash
}
