import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export const CLIENT_ID = 'strata-under-test'

export interface OidcServer {
  readonly issuer: string
  stop(): Promise<void>
}

/** A real provider on this machine, which signs whoever comes in as `account()` without asking. */
export async function startProvider(callbackUrl: string, account: () => string): Promise<OidcServer> {
  let handle: RequestListener = () => undefined
  const server = createServer((request, response) => handle(request, response))
  const issuer = await listenAt(server)
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        redirect_uris: [callbackUrl],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: CLIENT_ID, accountId: ctx.oidc.session?.accountId ?? '' })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
  })
  const callback = provider.callback()
  handle = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return void callback(request, response)
    provider.interactionFinished(request, response, { login: { accountId: account() } }).catch(() => response.writeHead(500).end())
  }
  return { issuer, stop: () => close(server) }
}

/** What a provider that lies puts into its identity token, and how it signs it. */
export interface Lie {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly alg?: 'RS256' | 'none'
  readonly foreignKey?: boolean
  /** The `iss` of the return's address. */
  readonly iss?: string
}

/** A provider whose every answer is what `lie()` says. It sends browsers straight back. */
export async function startLiar(lie: () => Lie): Promise<OidcServer> {
  const [key, foreign] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 })) as [Pair, Pair]
  let nonce = ''
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    const json = (body: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          authorization_response_iss_parameter_supported: true,
        })
      case '/jwks':
        return json({ keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
      case '/authorize': {
        nonce = url.searchParams.get('nonce') ?? ''
        const back = new URL(url.searchParams.get('redirect_uri') ?? '')
        back.search = new URLSearchParams({ code: 'code', state: url.searchParams.get('state') ?? '', iss: lie().iss ?? issuer }).toString()
        return response.writeHead(302, { location: back.href }).end()
      }
      case '/token': {
        const now = Math.floor(Date.now() / 1_000)
        const claims = { iss: issuer, aud: CLIENT_ID, sub: 'liar', nonce, iat: now, exp: now + 60, ...lie().claims }
        const signer = lie().foreignKey === true ? foreign.privateKey : key.privateKey
        return json({ access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: sign(claims, lie().alg ?? 'RS256', signer) })
      }
      default:
        return response.writeHead(404).end()
    }
  })
  const issuer = await listenAt(server)
  return { issuer, stop: () => close(server) }
}

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

function sign(claims: object, alg: string, key: KeyObject): string {
  const text = [{ alg, kid: 'one' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${alg === 'none' ? '' : createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`
}

async function listenAt(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
