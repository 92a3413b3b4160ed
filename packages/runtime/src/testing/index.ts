export { ManualClock } from './manual-clock.ts'
export { compileForTest, createTestScheduler, type TestScheduler, type TestSchedulerOptions } from './test-scheduler.ts'
