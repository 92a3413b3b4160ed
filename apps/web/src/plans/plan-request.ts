import type { Inputs } from '../api/client.ts'

/** What a plan is asked for. */
export type PlanRequest = Inputs['plans']['make']
