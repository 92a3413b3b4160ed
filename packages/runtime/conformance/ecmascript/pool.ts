import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Answer, Job } from './child.ts'
import { failed } from './outcome.ts'
import type { Outcome } from './outcome.ts'

/** A child that says nothing for so long is in a loop. */
const SILENCE_MS = 15_000
/** Modules are not freed before their child ends. */
export const JOBS_PER_CHILD = 1_500

interface PoolOptions {
  readonly width: number
  readonly jobsPerChild: number
  readonly tell: (done: number) => void
}

/** Runs each job in one of `width` children, a new one after a crash, a hang or damage. Answers in the order of the jobs. */
export async function runJobs(suite: string, jobs: readonly Job[], { width, jobsPerChild, tell }: PoolOptions): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined
    let served = 0
    for (let index = next++; index < jobs.length; index = next++) {
      child ??= startChild(suite)
      const answer = await ask(child, jobs[index] as Job)
      outcomes[index] = answer.outcome
      tell(++done)
      if (answer.spoilt || ++served >= jobsPerChild) {
        child.kill('SIGKILL')
        child = undefined
        served = 0
      }
    }
    child?.kill('SIGKILL')
  }
  await Promise.all(Array.from({ length: width }, work))
  return outcomes
}

function startChild(suite: string): ChildProcess {
  return fork(join(import.meta.dirname, 'child.ts'), [suite], {
    execArgv: ['--experimental-vm-modules', '--expose-gc', '--disable-warning=ExperimentalWarning', '--max-old-space-size=1024'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
}

function ask(child: ChildProcess, job: Job): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (answer: Answer): void => {
      clearTimeout(timer)
      child.removeAllListeners()
      resolve(answer)
    }
    const timer = setTimeout(() => end({ outcome: failed('it hangs'), spoilt: true }), SILENCE_MS)
    child.once('message', (answer) => end(answer as Answer))
    child.once('exit', (code, signal) => end({ outcome: failed(`it ended the whole process: ${signal ?? `exit ${code}`}`), spoilt: true }))
    child.once('error', (error) => end({ outcome: failed(`it ended the whole process: ${error.message}`), spoilt: true }))
    child.send(job)
  })
}
