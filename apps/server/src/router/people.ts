import { z } from 'zod'
import { ROLES } from '../auth/role.ts'
import type { Desk } from '../context.ts'
import { adminPerson, look, router } from '../trpc.ts'
import { reason } from './input.ts'
import { endSessions, sessionView } from './session.ts'

/** It stands in addresses, commands and the trail, so it is plain; what people are called stands beside it. */
const personName = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,39}$/, 'a-z, 0-9, dot, dash and underscore, beginning with a letter, 2 to 40 characters')
const role = z.enum(ROLES)
const onePerson = z.strictObject({ name: z.string().max(80) })
const withReason = onePerson.extend({ reason: reason.default('') })

export const peopleRouter = router({
  /** Every account, with where it is signed in. */
  list: look('admin', 'people').query(({ ctx: { desk, caller } }) =>
    desk.people.list().map((person) => ({ ...person, sessions: desk.sessions.of(person.name).map((one) => sessionView(one, caller.key)) })),
  ),
  /** Makes an account and its one-time link, which is told here and nowhere else. */
  invite: adminPerson('people')
    .input(z.strictObject({ name: personName, fullName: z.string().trim().max(120).default(''), role }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      const { person, code } = desk.people.invite(input.name, input.fullName, input.role, caller.actor)
      desk.activity.add({ type: 'person_invited', actor: caller.actor, person: person.name, role: person.role, again: false })
      return { person: desk.people.view(person), ...linkOf(desk, code) }
    }),
  /** A fresh one-time link for an account that is there: its invitation again, or for somebody who forgot the password. */
  link: adminPerson('people')
    .input(onePerson)
    .mutation(({ ctx: { desk, caller }, input }) => {
      const { person, code } = desk.people.renewInvitation(input.name, caller.actor)
      desk.activity.add({ type: 'person_invited', actor: caller.actor, person: person.name, role: person.role, again: true })
      return { person: desk.people.view(person), ...linkOf(desk, code) }
    }),
  /** Counts at once, in open streams too. */
  setRole: adminPerson('people')
    .input(withReason.extend({ role }))
    .mutation(({ ctx: { desk, caller }, input }) => {
      const was = desk.people.get(input.name).role
      const person = desk.people.setRole(input.name, input.role)
      const { name, role: is } = person
      if (was !== is) desk.activity.add({ type: 'role_changed', actor: caller.actor, person: name, was, is, reason: input.reason })
      return desk.people.view(person)
    }),
  /** Signs the person out everywhere, and their tokens with them, until enabled again. */
  disable: adminPerson('people')
    .input(withReason)
    .mutation(({ ctx: { desk, caller }, input }) => {
      const person = desk.people.setDisabled(input.name, true)
      desk.sessions.endAll(person.name)
      desk.activity.add({ type: 'person_disabled', actor: caller.actor, person: person.name, reason: input.reason })
      return desk.people.view(person)
    }),
  enable: adminPerson('people')
    .input(withReason)
    .mutation(({ ctx: { desk, caller }, input }) => {
      const person = desk.people.setDisabled(input.name, false)
      desk.activity.add({ type: 'person_enabled', actor: caller.actor, person: person.name, reason: input.reason })
      return desk.people.view(person)
    }),
  signOut: adminPerson('people')
    .input(onePerson)
    .mutation(({ ctx: { desk, caller }, input }) => {
      const { name } = desk.people.get(input.name)
      return endSessions(desk, caller.actor, name, desk.sessions.of(name))
    }),
})

/** The code stands behind `#`, where no log sees it. */
function linkOf(desk: Desk, code: string) {
  return { url: `${desk.publicUrl}/sign-in#invitation=${code}` }
}
