import { randomBytes } from 'node:crypto'
import type { Clock } from '@strata/runtime'
import type { Store } from '../store/store.ts'
import { nameSystem } from '../store/store-place.ts'
import { decideStart, type SafeSetting, type StartDecision } from './decide-start.ts'
import { LifeRecord, readLives } from './life-record.ts'

/** A life of the server that has begun. */
export interface BegunLife {
  /** Names it. */
  readonly life: string
  readonly start: StartDecision
  readonly lifeRecord: LifeRecord
}

/** Writes into the store that another life begins, and decides how it starts. Throws `StoreFailure` when that cannot be written. */
export async function beginLife(store: Store, clock: Clock, systemFolder: string, setting: SafeSetting): Promise<BegunLife> {
  try {
    await nameSystem(store, systemFolder)
    const start = decideStart(await readLives(store), clock.now(), setting)
    const life = randomBytes(4).toString('hex')
    const isSafe = start.status === 'again' && start.safe !== null
    return { life, start, lifeRecord: await LifeRecord.begin(store, clock, life, isSafe) }
  } catch (error) {
    throw store.sentenceFor(error)
  }
}
