import type { OidcSettings } from './oidc.ts'

/** The provider of `STRATA_OIDC_*`: `null` when there is none, a sentence when it is wrong. */
export function readOidc(env: Readonly<Record<string, string | undefined>>): OidcSettings | null | string {
  const [issuer, clientId] = [env['STRATA_OIDC_ISSUER'] ?? '', env['STRATA_OIDC_CLIENT_ID'] ?? '']
  if (issuer === '' && clientId === '') return null
  if (issuer === '' || clientId === '') return 'STRATA_OIDC_ISSUER and STRATA_OIDC_CLIENT_ID belong together: give both, or none'
  const url = URL.parse(issuer)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '' || url.username !== '')
    return `STRATA_OIDC_ISSUER is no issuer: give it to the letter as the provider does, such as https://accounts.example.com`
  if (url.protocol === 'http:' && !/^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname))
    return 'STRATA_OIDC_ISSUER is not https, so that anybody on the way could be anybody: only a provider on this machine may be http'
  const secret = env['STRATA_OIDC_CLIENT_SECRET'] ?? ''
  const name = (env['STRATA_OIDC_NAME'] ?? '').trim().slice(0, 60)
  return { issuer, clientId, clientSecret: secret === '' ? null : secret, name: name === '' ? url.host : name }
}
