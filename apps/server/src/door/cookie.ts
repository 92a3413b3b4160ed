/** The session cookie's name holds the port: ports of one host share their cookies. */
export function sessionCookieName(port: number): string {
  return `strata_session_${port}`
}

/** Of the browser that went to the identity provider: it comes back by a navigation from there, hence `Lax`. */
export function oidcCookieName(port: number): string {
  return `strata_oidc_${port}`
}

export function oidcCookie(name: string, value: string, maxAgeMs: number, secure: boolean): string {
  return `${name}=${value}; Path=/oidc; Max-Age=${Math.floor(maxAgeMs / 1_000)}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}

/** Every cookie of this name: another port of this host can plant one under a longer path, which the browser then names first. */
export function readCookies(header: string | undefined, name: string): readonly string[] {
  return (header?.split(';') ?? []).flatMap((part) => {
    const at = part.indexOf('=')
    return at !== -1 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : []
  })
}

export function sessionCookie(name: string, value: string, maxAgeMs: number, secure: boolean): string {
  return `${name}=${value}; Path=/; Max-Age=${Math.floor(maxAgeMs / 1_000)}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}
