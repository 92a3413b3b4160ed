import { systemClock } from '@strata/runtime'
import { restoreStore } from '../store/restore.ts'
import { readDatabaseUrl } from '../store/database-address.ts'
import { StoreFailure } from '../store/store-failure.ts'
import { storePlace } from '../store/store-place.ts'

// `./strata restore`: without a server, as none may use the store. Prints one JSON object: the outcome, or why there is none.

const [dataFolder = '', systemFolder = '', file = '', actor = ''] = process.argv.slice(2)
try {
  const url = process.env['STRATA_DATABASE_URL'] ?? ''
  const database = url === '' ? null : readDatabaseUrl(url)
  if (database?.status === 'wrong') throw new StoreFailure(database.sentence)
  const outcome = await restoreStore(storePlace(database?.address ?? null, dataFolder, systemFolder), file, actor, systemClock)
  process.stdout.write(JSON.stringify(outcome))
} catch (error) {
  const why = error instanceof StoreFailure || error instanceof Error ? error.message : String(error)
  process.stdout.write(JSON.stringify({ status: 'failed', why }))
}
