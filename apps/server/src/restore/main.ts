import { systemClock } from '@strata/runtime'
import { restoreStore } from '../store/restore.ts'
import { StoreFailure } from '../store/store-failure.ts'
import { systemStoreFolder } from '../store/system-store-folder.ts'

// `./strata restore`: without a server, as none may use the store. Prints one JSON object: the outcome, or why there is none.

const [dataFolder = '', systemFolder = '', file = '', actor = ''] = process.argv.slice(2)
try {
  const outcome = await restoreStore(systemStoreFolder(dataFolder, systemFolder), file, actor, systemClock)
  process.stdout.write(JSON.stringify(outcome))
} catch (error) {
  const why = error instanceof StoreFailure || error instanceof Error ? error.message : String(error)
  process.stdout.write(JSON.stringify({ status: 'failed', why }))
}
