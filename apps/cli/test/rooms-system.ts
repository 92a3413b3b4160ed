/** A module whose processes live long, move on when asked, and can be linked with others. */
export function roomSource(topic: string): string {
  return `// rooms about ${topic}
import { receive, send, spawn } from '@strata/runtime/process'
import * as current from './room.ts'

export const upgrade = { type: 'upgrade' }
export const topic = '${topic}'

export async function start() {
  return loop(0)
}

export async function resume(count: number) {
  return loop(count)
}

async function loop(count: number): Promise<void> {
  const message = await receive<{ type: string }>()
  switch (message.type) {
    case 'open':
      spawn({ module: 'room', export: 'start' })
      return loop(count)
    case 'guard':
      spawn({ module: 'guard', export: 'watch' }, [], { link: true, name: 'guard' })
      return loop(count)
    case 'upgrade':
      return current.resume(count)
    case 'close':
      return
  }
  return loop(count + 1)
}
`
}

/** Inside the generations folder imports go up to the modules. */
function nextRoomSource(topic: string): string {
  return roomSource(topic).replace('./room.ts', '../../room.ts')
}

export const EVIL_NAME = 'evil\u001b[31m\u202eroom'

export const ROOMS = {
  'room.ts': roomSource('cats'),
  'guard.ts': `import { receive } from '@strata/runtime/process'

export async function watch(): Promise<void> {
  await receive()
}
`,
  'generations/room/2-dogs.ts': nextRoomSource('dogs'),
  'generations/room/3-birds.ts': nextRoomSource('birds'),
  'strata.config.ts': `export default {
  name: 'rooms',
  start: ['room-1', 'room-2', 'room-3', ${JSON.stringify(EVIL_NAME)}].map((name) => ({ module: 'room', export: 'start', name })),
}
`,
}
