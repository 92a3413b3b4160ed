// Types alone: clients talk to the server over HTTP.
export type { AppRouter } from './router/app-router.ts'
export type { ClientFault, ClientFaultCode, InputIssue, ServerFault } from './fault.ts'
export type { OpenPlan, PlanView } from './plans/plan-registry.ts'
export type { ActSummary, ActView } from './acts/act-registry.ts'
export type { ActItem, ActOutcome, ItemOutcome } from './acts/receipt.ts'
export type { ActivityEvent, ActivityLine, DoorEvent } from './activity/activity-log.ts'
export type { Environment } from './context.ts'
export type { LiveItem } from './live/event-stream.ts'
