import type { SchedulerVerb, SchedulerVerbs } from '../protocol.ts'

/** How a scheduler's thread answers these requests. `undefined`: the answer is posted later, under the request's id. */
export type Answers<V extends SchedulerVerb = SchedulerVerb> = {
  readonly [K in V]: (ask: SchedulerVerbs[K]['ask'], id: number) => SchedulerVerbs[K]['answer'] | undefined
}
