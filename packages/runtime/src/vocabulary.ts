// What a client of the engine needs, in a browser too: names and how they are read, nothing that runs.
export type { DiagnosedGeneration, Diagnostic, DiagnosticCode } from './diagnostic.ts'
export type { Fault, FaultCode } from './errors.ts'
export type { By, EngineEvent, EventBody } from './events.ts'
export { describeExit, type ExitReason } from './exit-reason.ts'
export { formatModuleGeneration, isModuleName, parseModuleGeneration, parsePid, type ModuleGeneration, type Pid } from './ids.ts'
export type * from './inspect/views.ts'
export type * from './code/plans.ts'
export type * from './engine.ts'
