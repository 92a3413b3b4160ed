import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { estimateBytes } from '../../process/message-size.ts'
import type { PeerLine } from '../../scheduler/peers.ts'
import type { Signal } from '../../scheduler/signals.ts'
import { WORD_LAST_SERIAL, WORD_REQUESTS } from '../shared-words.ts'

/** Words of a line, for either of its two sides: batches that it has taken, and whether it waits until the other has. */
const TAKEN = 0
const WANTED = 2
const FLOW_WORDS = 4

/** What is under way to a scheduler lies outside of any heap: so many batches, or so many bytes, at most. A single batch always goes. */
const BATCHES_MAX = 64
const BYTES_MAX = 8 * 2 ** 20
/** Serials taken at once for processes that are started there. */
const SERIALS = 32

/** The shared words of one line between two schedulers. */
export function createFlow(): SharedArrayBuffer {
  return new SharedArrayBuffer(FLOW_WORDS * Int32Array.BYTES_PER_ELEMENT)
}

/** One scheduler's end of the line to another: batches over a port, and a flag that the other looks at between its turns. */
export class PortLine implements PeerLine {
  readonly #port: MessagePort
  readonly #words: Int32Array
  readonly #flow: Int32Array
  readonly #side: 0 | 1
  readonly #report: (message: string) => void
  /** Bytes of each batch that may not have been taken yet, oldest first. */
  #sizes: number[] = []
  #bytes = 0
  #settled = 0
  #serial = 0
  #serialEnd = 0

  /** `words`: of the scheduler at the other end. `report`: what could not be sent. */
  constructor(port: MessagePort, words: SharedArrayBuffer, flow: SharedArrayBuffer, side: 0 | 1, report: (message: string) => void) {
    this.#port = port
    this.#words = new Int32Array(words)
    this.#flow = new Int32Array(flow)
    this.#side = side
    this.#report = report
  }

  isCrowded(): boolean {
    if (!this.#isFull()) return false
    Atomics.store(this.#flow, WANTED + this.#side, 1)
    // What the other took meanwhile it did not tell.
    return this.#isFull()
  }

  post(signals: readonly Signal[]): void {
    let bytes = 0
    for (const signal of signals) bytes += estimateBytes(signal)
    this.#sizes.push(bytes)
    this.#bytes += bytes
    try {
      this.#port.postMessage(signals)
    } catch {
      this.#port.postMessage(signals.filter((signal) => this.#canBeSent(signal)))
    }
    Atomics.store(this.#words, WORD_REQUESTS, 1)
  }

  reserveSerial(): number {
    if (this.#serial === this.#serialEnd) {
      this.#serial = Atomics.add(this.#words, WORD_LAST_SERIAL, SERIALS)
      this.#serialEnd = this.#serial + SERIALS
    }
    return ++this.#serial
  }

  /** The next batch that has arrived. */
  take(): readonly Signal[] | undefined {
    const received = receiveMessageOnPort(this.#port)
    if (received === undefined) return undefined
    this.noteTaken(received.message as readonly Signal[])
    return received.message as readonly Signal[]
  }

  /** A batch that came by the port's event. */
  noteTaken(signals: readonly Signal[]): void {
    // An empty one only wakes.
    if (signals.length === 0) return
    Atomics.add(this.#flow, TAKEN + this.#side, 1)
    if (Atomics.exchange(this.#flow, WANTED + (1 - this.#side), 0) === 0) return
    this.#port.postMessage([])
    Atomics.store(this.#words, WORD_REQUESTS, 1)
  }

  close(): void {
    this.#port.close()
  }

  #isFull(): boolean {
    const taken = Atomics.load(this.#flow, TAKEN + (1 - this.#side))
    const fresh = (taken - this.#settled) | 0
    for (const bytes of this.#sizes.splice(0, fresh)) this.#bytes -= bytes
    this.#settled = taken
    return this.#sizes.length >= BATCHES_MAX || (this.#sizes.length > 0 && this.#bytes >= BYTES_MAX)
  }

  #canBeSent(signal: Signal): boolean {
    try {
      structuredClone(signal)
      return true
    } catch (error) {
      this.#report(`a signal to another scheduler was lost: ${error instanceof Error ? error.message : String(error)}`)
      return false
    }
  }
}
