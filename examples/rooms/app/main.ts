import { join } from 'node:path'
import { createEngine } from '@strata/runtime'
import { startRooms } from './rooms-app.ts'

const engine = await createEngine({ folder: join(import.meta.dirname, '../system'), isolation: 'thread' })
const rooms = await startRooms(engine, Number(process.env['PORT'] ?? 4750))
process.stdout.write(`Rooms are open at ${rooms.url}\n`)

process.once('SIGINT', async () => {
  await rooms.close()
  await engine.stop()
})
