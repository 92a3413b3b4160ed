// opens documents, edits them, closes them
import { type Down, monitor, type Pid, receive, reply, send, spawn, TIMEOUT, whereis } from '@strata/runtime/process'
import { listBooks, readBook } from './library.ts'
import { release } from './session.ts'
import { draw, lifetimeMs, readSettings, waves } from './settings.ts'
import * as current from './traffic.ts'

export const upgrade = { type: 'upgrade' }

export type Message =
  | Down
  /** Opens documents now: `count` of them from the library, or one that holds `text`. Answers `{ opened: [{ pid, name }] }`. */
  | { readonly type: 'open'; readonly count?: number; readonly text?: string; readonly name?: string }
  /** Answers `{ documents: pid[] }`. */
  | { readonly type: 'documents' }
  | { readonly type: 'upgrade' }

interface Document {
  closesAt: number
  editsAt: number
}

export interface State {
  readonly books: readonly string[]
  readonly documents: Map<Pid, Document>
  /** Lines of the document that was opened last: what the next edits insert. */
  clipboard: readonly string[]
  /** How many were opened, tried and edited so far: the indexes of the next draws. */
  opened: number
  tried: number
  edits: number
  opensAt: number
  /** While the first generations are deployed: which of them, how many documents it has got, and until when the next is waited for. */
  wave: number
  inWave: number
  waveRelease: string
  waitsUntil: number
}

const WAIT_FOR_DEPLOY_MS = 20_000
const IDLE_MS = 60_000
const OPEN_AT_ONCE_MAX = 1_000

export async function start(): Promise<void> {
  const books = await listBooks(readSettings().seed)
  return loop({
    books,
    documents: new Map(),
    clipboard: [],
    opened: 0,
    tried: 0,
    edits: 0,
    opensAt: Date.now(),
    wave: 0,
    inWave: 0,
    waveRelease: release,
    waitsUntil: Number.POSITIVE_INFINITY,
  })
}

export async function resume(state: State): Promise<void> {
  return loop(state)
}

async function loop(state: State): Promise<void> {
  const message = await receive<Message>({ after: Math.max(0, dueAt(state) - Date.now()) })
  if (message === TIMEOUT) {
    await workOff(state, Date.now())
    return loop(state)
  }
  switch (message.type) {
    case 'down':
      state.documents.delete(message.pid)
      break
    case 'open': {
      const opened: { pid: Pid; name: string }[] = []
      if (message.text !== undefined) opened.push(openDocument(state, message.name ?? 'untitled.md', message.text))
      else {
        const count = Math.min(message.count ?? 1, OPEN_AT_ONCE_MAX)
        while (opened.length < count) {
          const one = await openNext(state)
          if (one === undefined) break
          opened.push(one)
        }
      }
      reply(message, { opened })
      break
    }
    case 'documents':
      reply(message, { documents: [...state.documents.keys()] })
      break
    case 'upgrade':
      return current.resume(state)
  }
  return loop(state)
}

function dueAt(state: State): number {
  const { frozen } = readSettings()
  let due = Math.min(Date.now() + IDLE_MS, wantsMore(state) ? state.opensAt : Number.POSITIVE_INFINITY)
  if (!frozen) for (const { closesAt, editsAt } of state.documents.values()) due = Math.min(due, closesAt, editsAt)
  return due
}

async function workOff(state: State, now: number): Promise<void> {
  const settings = readSettings()
  if (wantsMore(state) && state.opensAt <= now) {
    state.opensAt = now + settings.openEveryMs
    if (mayOpen(state, now)) {
      await openNext(state)
      state.inWave += 1
    }
  }
  if (settings.frozen) return
  for (const [pid, document] of state.documents) {
    if (document.closesAt <= now) {
      document.closesAt = now + IDLE_MS
      send(pid, { type: 'close' })
    } else if (document.editsAt <= now) {
      state.edits += 1
      document.editsAt = now + settings.editEveryMs * (0.5 + draw(settings.seed + 1, state.edits))
      send(pid, { type: 'edit', line: 3 + Math.floor(40 * draw(settings.seed + 2, state.edits)), text: nextLine(state) })
    }
  }
}

/** Frozen, the documents of the start are all there will be; otherwise one that closes is followed by another. */
function wantsMore(state: State): boolean {
  const settings = readSettings()
  return (settings.frozen ? state.opened : state.documents.size) < settings.documents
}

/** Each of the first generations gets its share of documents; then the next one's deploy is waited for. */
function mayOpen(state: State, now: number): boolean {
  const shares = waves(readSettings())
  if (release !== state.waveRelease) {
    state.waveRelease = release
    state.wave += 1
    state.inWave = 0
    state.waitsUntil = Number.POSITIVE_INFINITY
  }
  if (state.wave >= shares.length - 1 || state.inWave < (shares[state.wave] ?? 0)) return true
  if (state.waitsUntil === Number.POSITIVE_INFINITY) state.waitsUntil = now + WAIT_FOR_DEPLOY_MS
  if (now < state.waitsUntil) return false
  state.wave = shares.length
  return true
}

async function openNext(state: State): Promise<{ pid: Pid; name: string } | undefined> {
  for (const _ of state.books) {
    const path = state.books[state.tried++ % state.books.length]
    const book = path === undefined ? undefined : await readBook(path)
    if (book === undefined) continue
    const opened = openDocument(state, book.name, book.text)
    state.clipboard = book.text.split('\n').filter((line) => line.length > 20 && line.length < 160)
    return opened
  }
  return undefined
}

function openDocument(state: State, wanted: string, text: string): { pid: Pid; name: string } {
  const settings = readSettings()
  const name = freeName(wanted)
  const pid = spawn({ module: 'session', export: 'open' }, [text], { name })
  monitor(pid)
  const now = Date.now()
  state.documents.set(pid, {
    closesAt: now + lifetimeMs(settings, state.opened),
    editsAt: now + settings.editEveryMs * draw(settings.seed + 3, state.opened),
  })
  state.opened += 1
  return { pid, name }
}

function freeName(wanted: string): string {
  let name = wanted
  for (let copy = 2; whereis(name) !== undefined; copy++) name = `${wanted} (${copy})`
  return name
}

function nextLine(state: State): string {
  const lines = state.clipboard
  return lines[state.edits % Math.max(1, lines.length)] ?? 'One more line.'
}
