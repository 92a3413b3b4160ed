/** A module whose processes live long, move on when asked, open others, and can be linked with a guard. */
export function roomSource(room: string, topic: string): string {
  return `// rooms about ${topic}
import { receive, spawn } from '@strata/runtime/process'
import * as current from './${room}.ts'

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
      spawn({ module: '${room}', export: 'start' })
      return loop(count)
    case 'guard':
      spawn({ module: 'guard', export: 'watch' }, [], { link: true, name: 'guard of ${room}' })
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
export function nextRoomSource(room: string, topic: string): string {
  return roomSource(room, topic).replace(`./${room}.ts`, `../../${room}.ts`)
}

export const EVIL_NAME = 'evil\u001b[31m\u202eroom'

export const ROOMS = {
  'guard.ts': `import { receive } from '@strata/runtime/process'

export async function watch(): Promise<void> {
  await receive()
}
`,
  'opener.ts': `import { receive, spawn } from '@strata/runtime/process'

export async function start(): Promise<void> {
  const { module, names } = await receive<{ module: string; names: string[] }>()
  for (const name of names) spawn({ module, export: 'start' }, [], { name })
  return start()
}
`,
  'strata.config.ts': `export default { name: 'rooms', start: [{ module: 'opener', export: 'start', name: 'opener' }] }\n`,
}
