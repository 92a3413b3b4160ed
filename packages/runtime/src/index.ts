export { createEngine, type EngineOptions } from './create-engine.ts'
export type * from './engine.ts'
export type { QueuePreview } from './inspect/preview-queue.ts'
export type { Rendered } from './process/render-value.ts'
export type { DiagnosedGeneration, Diagnostic, DiagnosticCode } from './diagnostic.ts'
export type { By, EngineEvent, EventBody, Origin } from './events.ts'
export { EngineError, InvariantError, type Fault, type FaultCode } from './errors.ts'
export { describeMove, describeNotMoved } from './describe-move.ts'
export { describeExit, type ExitReason } from './exit-reason.ts'
export {
  formatModuleGeneration,
  isModuleName,
  parseModuleGeneration,
  parsePid,
  NAME_LENGTH_MAX,
  type ModuleGeneration,
  type Pid,
} from './ids.ts'
export { systemClock, type Clock } from './clock.ts'
export type { Journal, JournalChange, JournalEntry } from './code/journal.ts'
export { packJson, unpackJson } from './code/pack-json.ts'
export type { GenerationCode, GenerationFacts } from './code/generation.ts'
export type * from './inspect/views.ts'
export type * from './inspect/trace-view.ts'
export type * from './code/plans.ts'
export type { SystemConfig } from './config.ts'
