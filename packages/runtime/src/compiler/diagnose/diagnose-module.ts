import type { Diagnostic } from '../../diagnostic.ts'
import type { Positions } from '../positions.ts'
import { commonJsName } from './commonjs-name.ts'
import { endlessLoop } from './endless-loop.ts'
import { floatingStrand } from './floating-strand.ts'
import { forwarder } from './forwarder.ts'
import { functionInMessage } from './function-in-message.ts'
import type { ModuleFacts } from './module-facts.ts'
import { moduleState } from './module-state.ts'
import type { Rule } from './rule.ts'
import { unownedCallback } from './unowned-callback.ts'
import { unownedTimer } from './unowned-timer.ts'
import { privateMembers, versionedExtends, versionedInstanceof } from './versioned-classes.ts'

const RULES: readonly Rule[] = [
  endlessLoop,
  moduleState,
  versionedInstanceof,
  versionedExtends,
  privateMembers,
  functionInMessage,
  unownedCallback,
  unownedTimer,
  floatingStrand,
  forwarder,
  commonJsName,
]

/** Of one module; a generated one could have as many as it has lines. */
const FINDINGS_MAX = 1_000

/** Warnings about one module that can be seen in its own text. */
export function diagnoseModule(facts: ModuleFacts, file: string, positions: Positions): readonly Diagnostic[] {
  return RULES.flatMap((rule) => rule(facts))
    .sort((a, b) => a.at - b.at)
    .slice(0, FINDINGS_MAX)
    .map(({ code, at, message, hint }) => {
      const [line, column] = positions.at(at)
      return { code, severity: 'warning', file, line, column, message, hint }
    })
}
