import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import express, { type Request, type Response, Router } from 'express'
import { styleNonce } from './door/headers.ts'
import { refuseCall } from './fault.ts'

/** Where the page wants this response's nonce. */
const NONCE_MARK = '__NONCE__'
const SIGN_IN = '/sign-in'

interface PageOptions {
  /** What the web's build wrote. */
  readonly folder: string
  readonly isSignedIn: (request: Request) => boolean
}

/** The console's page and its files. Signed out, every address leads to sign-in, with the way back in `next`. */
export function createWebPages({ folder, isSignedIn }: PageOptions): Router {
  const router = Router()
  const files = express.static(folder, { index: false, dotfiles: 'ignore', redirect: false, fallthrough: true, setHeaders: setFileHeaders })

  router.use(async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuseCall({ code: 'method_not_allowed', allowed: 'GET' })
    if (isPage(request.path)) return next()
    const open = isSignedIn(request) || (await readSignInFiles(folder)).has(request.path)
    if (!open) return refuseCall({ code: 'unauthenticated', why: 'signed_out' })
    files(request, response, next)
  })
  router.use(async (request, response) => {
    if (!isPage(request.path)) return refuseCall({ code: 'not_found', path: request.path.slice(0, 200) })
    if (!wantsPage(request))
      return refuseCall(
        isSignedIn(request) ? { code: 'not_found', path: request.path.slice(0, 200) } : { code: 'unauthenticated', why: 'signed_out' },
      )
    if (request.path !== SIGN_IN && !isSignedIn(request)) {
      response.setHeader('Cache-Control', 'no-store')
      response.redirect(302, request.originalUrl === '/' ? SIGN_IN : `${SIGN_IN}?next=${encodeURIComponent(request.originalUrl)}`)
      return
    }
    await sendPage(folder, response)
  })
  return router
}

/** The build's files: those below `/assets/`, and a few at the root. A pid holds a dot too, but never in the first part. */
function isPage(path: string): boolean {
  return !path.startsWith('/assets/') && !/^\/[^/]*\.[a-z0-9]+$/i.test(path)
}

function wantsPage(request: Request): boolean {
  return request.accepts(['html', 'json']) === 'html'
}

async function sendPage(folder: string, response: Response): Promise<void> {
  const path = join(folder, 'index.html')
  response.setHeader('Cache-Control', 'no-store')
  if (!existsSync(path)) {
    response.status(503).type('text/plain').send('The console is not built yet: npm start builds it.\n')
    return
  }
  response.type('html').send(placeNonce(await readFile(path, 'utf8'), styleNonce(response)))
}

/** Puts the nonce where the page's scripts and the loader of late chunks read it, and on its style sheets, which the policy admits by nonce alone. */
export function placeNonce(html: string, nonce: string): string {
  return html
    .replace(/<style\b(?![^>]*\bnonce=)|<link\b(?=[^>]*\brel="stylesheet")(?![^>]*\bnonce=)/g, (tag) => `${tag} nonce="${NONCE_MARK}"`)
    .replace(/<head\b[^>]*>/, (tag) => `${tag}<meta property="csp-nonce" nonce="${NONCE_MARK}" />`)
    .replaceAll(NONCE_MARK, nonce)
}

/** What the page itself names, and the chunks of sign-in: nothing else is read by somebody who is not signed in. */
async function readSignInFiles(folder: string): Promise<ReadonlySet<string>> {
  const path = join(folder, 'index.html')
  const html = existsSync(path) ? await readFile(path, 'utf8') : ''
  return new Set([...html.matchAll(/\b(?:src|href)="(\/[^"]*)"/g)].map((match) => match[1] ?? ''))
}

function setFileHeaders(response: Response, path: string): void {
  // Names of built files hold their content's hash.
  response.setHeader('Cache-Control', /[/\\]assets[/\\]/.test(path) ? 'private, max-age=31536000, immutable' : 'no-cache')
}
