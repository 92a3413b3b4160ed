import { promisify } from 'node:util'
import { constants, deflateRaw, inflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** A value as deflated JSON, in memory of just its size: what zlib answers with is a part of 16 kB, all of which would be kept with it. */
export async function packJson(value: unknown): Promise<Buffer> {
  const packed = await deflate(JSON.stringify(value), { level: constants.Z_BEST_SPEED })
  const kept = Buffer.allocUnsafeSlow(packed.byteLength)
  packed.copy(kept)
  return kept
}

export async function unpackJson<T>(packed: Uint8Array): Promise<T> {
  return JSON.parse((await inflate(packed)).toString('utf8')) as T
}
