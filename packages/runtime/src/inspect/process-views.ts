// What observers of a scheduler get, made on its thread: plain data, and nothing that holds on to a process.
export { describeProcess } from './describe-process.ts'
export { pinsOfGenerations, readersOf } from './generation-pins.ts'
export { listProcesses, matchingPids } from './list-processes.ts'
export { pinCounts, pinRows, whereabouts } from './pin-rows.ts'
export { sampleScheduler } from './sample-scheduler.ts'
export { acrossLinks, exitVictims, fallingVictims } from './victims.ts'
export { listSupervisors } from './supervisor-views.ts'
