import type { Case } from './case.ts'
import { CODE_FACTS } from './code-facts.ts'
import { LOAD_FACTS } from './load-facts.ts'
import { PROCESS_FACTS } from './process-facts.ts'

/** The numbered observations that sequences can express. */
export const FACTS: readonly Case[] = [...PROCESS_FACTS, ...CODE_FACTS, ...LOAD_FACTS]
