import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { TypeChecker } from './type-checker.ts'
import { hashesOf, type TypeAnswer, type TypeQuestion } from './type-request.ts'

/** Resident memory of TypeScript's process, beyond which the check fails; who asked ends both processes then. */
const MEMORY_MAX_BYTES = 1_000_000_000
const LOOK_EVERY_MS = 100
const PAGE_BYTES = 4_096

// The process is killed, so nothing is written at its end.
flushCompileCache()

const texts = new Map<string, string>()
let checker: TypeChecker | undefined

function say(answer: TypeAnswer): void {
  process.send?.(answer)
}

process.on('message', ({ request, texts: fresh }: TypeQuestion) => {
  const needed = hashesOf(request)
  for (const hash of texts.keys()) if (!needed.has(hash)) texts.delete(hash)
  for (const [hash, text] of fresh) texts.set(hash, text)
  checker ??= new TypeChecker(request.root)
  const asked = checker
  const watch = setInterval(() => {
    if (asked.pid === undefined) return
    // TypeScript's client never answers when its process is gone.
    if (!isAlive(asked.pid)) say({ type: 'failed', why: 'the type checker ended' })
    else if (residentBytes(asked.pid) > MEMORY_MAX_BYTES)
      say({ type: 'failed', why: `the type checker used more than ${MEMORY_MAX_BYTES / 1_000_000} MB` })
  }, LOOK_EVERY_MS)
  asked
    .check(request, (hash) => texts.get(hash) ?? '')
    .then(
      (found) => say({ type: 'checked', found }),
      (error: unknown) => say({ type: 'failed', why: error instanceof Error ? error.message : String(error) }),
    )
    .finally(() => clearInterval(watch))
})
process.on('disconnect', () => {
  // TypeScript's process, which waits for answers of this one, would outlive it: the group goes as a whole.
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
  process.exit(0)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** 0 where the system does not tell. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
  } catch {
    // It has ended, or this is no Linux.
    return 0
  }
}
