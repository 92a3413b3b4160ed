import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type By, createEngine, type Engine, type Pid } from '@strata/runtime'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { type RoomsApp, startRooms } from './rooms-app.ts'

const SYSTEM = join(import.meta.dirname, '../system')
const BY: By = { actor: 'operator', reason: 'a new room' }

async function start(isolation: 'thread' | 'process'): Promise<{ engine: Engine; app: RoomsApp }> {
  const engine = await createEngine({ folder: SYSTEM, isolation, typesWaitMs: 0 })
  const app = await startRooms(engine, 0)
  onTestFinished(async () => {
    await app.close()
    await engine.stop()
  })
  return { engine, app }
}

interface News {
  readonly type: string
  readonly id?: string
  readonly said?: { readonly id: string; readonly seq: number; readonly at?: string }
  readonly history?: readonly { readonly id: string }[]
}

/** Somebody in a room, as the page behaves: what is not acknowledged is sent again. */
class Person {
  readonly acknowledged = new Set<string>()
  readonly heard: string[] = []
  readonly socket: WebSocket
  readonly entered: Promise<void>

  constructor({ url }: RoomsApp, room: string, nick: string) {
    this.socket = new WebSocket(url.replace('http', 'ws'), { origin: url })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.entered = promise
    this.socket.on('error', reject)
    this.socket.on('open', () => this.#send({ type: 'enter', room, nick }))
    this.socket.on('message', (data) => {
      const news = JSON.parse((data as Buffer).toString('utf8')) as News
      if (news.type === 'joined_room') resolve()
      if (news.type === 'said') this.heard.push(news.said?.id ?? '')
      if (news.type === 'ack') this.acknowledged.add(news.id ?? '')
    })
  }

  async say(id: string): Promise<void> {
    for (let tries = 0; tries < 20 && !this.acknowledged.has(id); tries++) {
      this.#send({ type: 'say', id, text: `this is ${id}` })
      await expect
        .poll(() => this.acknowledged.has(id), { timeout: 1_000, interval: 5 })
        .toBe(true)
        .catch(() => {})
    }
  }

  #send(message: object): void {
    this.socket.send(JSON.stringify(message))
  }
}

test.each(['thread', 'process'] as const)(
  'HOST3 people chat while a room is loaded, moved and purged: no acknowledged message is lost, none is said twice (%s)',
  async (isolation) => {
    const { engine, app } = await start(isolation)
    const people = ['ann', 'ben', 'cleo', 'dan', 'eve'].map((nick) => new Person(app, 'hall', nick))
    await Promise.all(people.map(({ entered }) => entered))
    let over = false
    const said: string[] = []
    const talking = people.map(async (person, index) => {
      for (let n = 0; !over || n < 20; n++) {
        const id = `${index}-${n}`
        await person.say(id)
        said.push(id)
      }
    })
    const text = await readFile(join(SYSTEM, 'generations/room/2-times.ts'), 'utf8')
    await engine.load({ sources: [{ module: 'room', text, origin: 'generations/room/2-times.ts' }], old: 'keep', note: 'times' }, BY)
    const plan = await engine.planMove({ module: 'room', generation: 1 })
    expect(plan.targets).toHaveLength(1)
    expect(await engine.move(plan, BY)).toMatchObject([{ status: 'moved', from: 1, to: 2 }])
    const purge = await engine.planPurge('room', 1)
    expect(await engine.purge(purge, BY)).toMatchObject({ generations: [1], killed: [] })
    over = true
    await Promise.all(talking)

    const late = new Person(app, 'hall', 'fay')
    await late.entered
    for (const { heard, acknowledged } of people) {
      expect(acknowledged.size).toBeGreaterThanOrEqual(20)
      await expect.poll(() => heard.length).toBe(said.length)
      expect(new Set(heard)).toEqual(new Set(said))
    }
    const orders = people.map(({ heard }) => heard.join())
    expect(new Set(orders).size).toBe(1)
  },
)

test('HOST3 whose room ended is told by the end of the connection, and enters the room that took its place', async () => {
  const { engine, app } = await start('thread')
  const before = ['ann', 'ben'].map((nick) => new Person(app, 'hall', nick))
  await Promise.all(before.map(({ entered }) => entered))
  const closed = before.map(({ socket }) => new Promise<number>((resolve) => socket.on('close', resolve)))
  await engine.kill((await engine.whereis('room:hall')) as Pid, BY)
  expect(await Promise.all(closed)).toEqual([1012, 1012])
  const [ann, ben] = ['ann', 'ben'].map((nick) => new Person(app, 'hall', nick)) as [Person, Person]
  await Promise.all([ann.entered, ben.entered])
  await ann.say('again')
  await expect.poll(() => ben.heard).toEqual(['again'])
})

test('HOST4 a WebSocket of another site’s page is refused, and what is no message ends its connection', async () => {
  const { app } = await start('thread')
  for (const origin of ['http://evil.example', undefined]) {
    const socket = new WebSocket(app.url.replace('http', 'ws'), origin === undefined ? {} : { origin })
    const { promise, resolve } = Promise.withResolvers<string>()
    socket.on('error', (error) => resolve(error.message))
    socket.on('open', () => resolve('open'))
    expect(await promise).toContain('403')
  }
  const person = new Person(app, 'hall', 'ann')
  await person.entered
  const closed = new Promise<number>((resolve) => person.socket.on('close', resolve))
  person.socket.send('{"type":"say"}')
  expect(await closed).toBe(1003)
})

test('HOST2 a member ends with its connection, and the room is told', async () => {
  const { engine, app } = await start('thread')
  const [ann, ben] = [new Person(app, 'hall', 'ann'), new Person(app, 'hall', 'ben')]
  await Promise.all([ann.entered, ben.entered])
  const members = async () => (await engine.processes({})).rows.filter(({ behaviour }) => behaviour?.module === 'member').length
  expect(await members()).toBe(2)
  ann.socket.terminate()
  await expect.poll(members).toBe(1)
  await ben.say('after')
  await expect.poll(() => ben.heard).toEqual(['after'])
})
