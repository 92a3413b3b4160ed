import { expect, test } from 'vitest'
import { appRouter } from './app-router.ts'
import { listProcedures, verbRoles } from './procedure-list.ts'

test('ROLE1 every procedure of the router declares who may call it, and under which verb', () => {
  const procedures = listProcedures()
  expect(procedures.map(({ path }) => path).sort()).toEqual(Object.keys(appRouter._def.procedures).sort())
  expect(procedures.length).toBeGreaterThan(30)
  for (const { path, rule } of procedures) expect([path, rule.verb]).toEqual([path, expect.stringMatching(/^[a-z][a-z-]+$/)])
})

test('ROLE1 signed out, nothing can be called but sign-in; only the machine makes links', () => {
  const pathsOf = (access: string) =>
    listProcedures()
      .filter(({ rule }) => rule.access === access)
      .map(({ path }) => path)
  expect(pathsOf('anyone')).toEqual([
    'session.signIn',
    'session.signInWithPassword',
    'session.ways',
    'session.startOidc',
    'session.invitation',
    'session.acceptInvitation',
  ])
  expect(pathsOf('machine')).toEqual(['session.link'])
})

test('ROLE1 what changes something is no viewer’s, but for the caller’s own account', () => {
  const mutations = listProcedures().filter(({ type, rule }) => type === 'mutation' && rule.access === 'viewer')
  expect(mutations.map(({ path }) => path)).toEqual([
    'session.linkOidc',
    'session.signOut',
    'session.end',
    'session.endOthers',
    'session.changePassword',
  ])
})

test('ROLE2 which role a verb needs', () => {
  expect(verbRoles()).toMatchObject({
    modules: 'viewer',
    ps: 'viewer',
    events: 'viewer',
    source: 'operator',
    preview: 'operator',
    'soft-purge': 'operator',
    kill: 'operator',
    upgrade: 'operator',
    load: 'deployer',
    rollback: 'deployer',
    purge: 'deployer',
    delete: 'deployer',
    hold: 'deployer',
    release: 'deployer',
    mark: 'deployer',
    send: 'deployer',
    'restart-scheduler': 'deployer',
    backup: 'admin',
  })
})
