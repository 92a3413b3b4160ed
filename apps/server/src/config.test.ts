import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

function read(env: Record<string, string>, argv: readonly string[] = []) {
  return readConfig({ argv, env, cwd: '/home/me', root: '/repo' })
}

function sentence(env: Record<string, string>, argv: readonly string[] = []): string {
  const outcome = read(env, argv)
  return outcome.status === 'wrong' ? outcome.sentence : 'ready'
}

describe('configuration', () => {
  test('without anything: the example, port 4700, this machine alone', () => {
    expect(read({})).toEqual({
      status: 'ready',
      config: {
        folder: '/repo/examples/scribe',
        port: 4700,
        host: '127.0.0.1',
        publicOrigin: null,
        dataFolder: '/repo/data',
        database: null,
        logLevel: null,
        token: null,
        environment: null,
        trustedProxies: 0,
        safeMode: 'auto',
        schedulers: null,
        oidc: null,
      },
    })
  })

  test('takes a folder, a port and an environment', () => {
    expect(read({ PORT: '0', STRATA_ENVIRONMENT: 'production-eu', STRATA_DATA: 'd' }, ['app'])).toMatchObject({
      config: { folder: '/home/me/app', port: 0, dataFolder: '/home/me/d', environment: { name: 'production-eu', colour: 'red' } },
    })
    expect(read({ STRATA_ENVIRONMENT: 'staging', STRATA_ENVIRONMENT_COLOUR: '#0af' })).toMatchObject({
      config: { environment: { name: 'staging', colour: '#0af' } },
    })
  })

  test.each<Record<string, string>>([
    { HOST: '0.0.0.0' },
    { HOST: '192.168.1.5' },
    { HOST: '::' },
    { HOST: '0.0.0.0', STRATA_PUBLIC_URL: 'http://strata.example.com' },
    { STRATA_PUBLIC_URL: 'http://strata.example.com' },
  ])('DOOR10 refuses to let others in without TLS: %o', (env) => {
    expect(sentence(env)).toMatch(/STRATA_INSECURE=1/)
  })

  test.each<Record<string, string>>([
    { HOST: '0.0.0.0', STRATA_PUBLIC_URL: 'https://strata.example.com' },
    { HOST: '0.0.0.0', STRATA_INSECURE: '1' },
    { HOST: 'localhost' },
    { HOST: '[::1]' },
    { HOST: '127.0.0.2' },
  ])('DOOR10 starts with %o', (env) => {
    expect(sentence(env)).toBe('ready')
  })

  test('DOOR8 refuses a token of fewer than 32 characters, without showing it', () => {
    expect(sentence({ STRATA_TOKEN: 'x'.repeat(31) })).toMatch(/31 characters, at least 32/)
    expect(sentence({ STRATA_TOKEN: 'secret' })).not.toContain('secret')
    expect(sentence({ STRATA_TOKEN: 'x'.repeat(32) })).toBe('ready')
  })

  test.each<Record<string, string>>([
    { PORT: '80a' },
    { PORT: '70000' },
    { PORT: '-1' },
    { STRATA_PUBLIC_URL: 'strata' },
    { STRATA_PUBLIC_URL: 'https://a.example/path' },
    { STRATA_PUBLIC_URL: 'ftp://a.example' },
    { STRATA_ENVIRONMENT: 'x', STRATA_ENVIRONMENT_COLOUR: 'red;background:url(x)' },
    { STRATA_TRUST_PROXY: 'all' },
    { STRATA_LOG: 'loud' },
    { STRATA_SCHEDULERS: '0' },
    { STRATA_SCHEDULERS: '1e2' },
  ])('says what is wrong with %o', (env) => {
    expect(sentence(env)).toContain(Object.keys(env).at(-1))
  })

  test('starts one folder at a time', () => {
    expect(sentence({}, ['a', 'b'])).toMatch(/One folder/)
  })
})
