/** Under which addresses this server is known. */
export interface Addresses {
  readonly port: number
  /** `STRATA_PUBLIC_URL`'s origin. */
  readonly publicOrigin: string | null
}

/** Values of `Host` that are ours. */
export function ownHosts({ port, publicOrigin }: Addresses): readonly string[] {
  const local = ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  return publicOrigin === null ? local : [...local, new URL(publicOrigin).host]
}

/** The one origin that a page of ours has when it was fetched from `host`. */
export function ownOrigin({ publicOrigin }: Addresses, host: string): string {
  if (publicOrigin !== null && new URL(publicOrigin).host === host) return publicOrigin
  return new URL(`http://${host}`).origin
}

/** Where people are sent. */
export function publicUrl({ port, publicOrigin }: Addresses): string {
  return publicOrigin ?? `http://127.0.0.1:${port}`
}
