import { promisify } from 'node:util'
import { constants, deflateRaw, inflateRaw } from 'node:zlib'

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** A value as deflated JSON. */
export function packJson(value: unknown): Promise<Buffer> {
  return deflate(JSON.stringify(value), { level: constants.Z_BEST_SPEED })
}

export async function unpackJson<T>(packed: Uint8Array): Promise<T> {
  return JSON.parse((await inflate(packed)).toString('utf8')) as T
}
