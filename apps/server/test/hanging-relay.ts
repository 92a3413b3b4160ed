import { once } from 'node:events'
import { createServer, connect, type Socket } from 'node:net'

/** A network between a client and a server that can stop carrying answers: whoever connects is accepted, and nothing comes back. */
export interface HangingRelay {
  readonly port: number
  /** What is asked still arrives; answers and new connections do not. */
  hang(): void
  /** New connections are carried again; what hung stays so. */
  recover(): void
  close(): Promise<void>
}

export async function startRelay(targetPort: number): Promise<HangingRelay> {
  let hangs = false
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    keep(near)
    if (hangs) {
      near.resume()
      return
    }
    const far = connect(targetPort, '127.0.0.1')
    keep(far)
    let isStuck = false
    near.pipe(far)
    far.on('data', (answer: Buffer) => {
      isStuck ||= hangs
      if (!isStuck) near.write(answer)
    })
    near.on('close', () => far.destroy())
    far.on('close', () => {
      if (!isStuck) near.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    hang() {
      hangs = true
    },
    recover() {
      hangs = false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
