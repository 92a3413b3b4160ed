import {
  Badge,
  Button,
  Empty,
  Field,
  Form,
  FormRow,
  Input,
  Menu,
  Section,
  showInvisible,
  Skeleton,
  Table,
  TBody,
  Td,
  Th,
  THead,
  Tr,
  truncate,
  IconButton,
} from '@strata/ui'
import type { Tone } from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { formText } from '../../api/form-text.ts'
import { readFault } from '../../api/fault.ts'
import { useMayNot } from '../../api/use-may.ts'
import { OneTimeLink } from './one-time-link.tsx'
import { PersonDialog, type PersonAct } from './person-dialog.tsx'
import { RoleField } from './role-field.tsx'
import type { ROLES } from './role-words.ts'

const STATUS_TONES: Readonly<Record<string, Tone>> = { active: 'good', invited: 'info', disabled: 'bad' }
const WAYS = { link: 'the machine’s link', password: 'password', oidc: 'identity provider' } as const

const readAgain = () => queryClient.invalidateQueries(trpc.people.list.queryFilter())

interface MadeLink {
  readonly person: string
  readonly url: string
}

/** The accounts: who is here, with which role, and how they get in. */
export function PeopleSection() {
  const people = useQuery(trpc.people.list.queryOptions())
  const mayNot = useMayNot('people')
  const [made, setMade] = useState<MadeLink | null>(null)
  const [act, setAct] = useState<PersonAct | null>(null)
  const link = useMutation(
    trpc.people.link.mutationOptions({
      onSuccess: async ({ person, url }) => {
        setMade({ person: person.name, url })
        await readAgain()
      },
    }),
  )
  const signOut = useMutation(trpc.people.signOut.mutationOptions({ onSuccess: readAgain }))
  if (people.isPending) return <Skeleton className="h-48" />
  if (people.data === undefined) return <NotForYou error={people.error} what="The accounts" />
  return (
    <>
      <Section title="People" hint="Each role includes the ones before it. A change counts at once, in open pages too.">
        <div className="flex flex-col gap-3">
          {made !== null && <OneTimeLink person={made.person} url={made.url} onDone={() => setMade(null)} />}
          <ErrorNotice error={link.error ?? signOut.error} />
          <Table label="Accounts">
            <THead>
              <tr>
                <Th>Name</Th>
                <Th>Role</Th>
                <Th>State</Th>
                <Th>Signs in by</Th>
                <Th numeric>Sessions</Th>
                <Th>
                  <span className="sr-only">Acts</span>
                </Th>
              </tr>
            </THead>
            <TBody>
              {people.data.map((person) => (
                <Tr key={person.name}>
                  <Td>
                    <span className="font-mono">{person.name}</span>
                    {person.fullName !== '' && (
                      <span className="block text-xs text-muted">{truncate(showInvisible(person.fullName), 80)}</span>
                    )}
                  </Td>
                  <Td>{person.role}</Td>
                  <Td>
                    <Badge tone={STATUS_TONES[person.status] ?? 'idle'}>{person.status}</Badge>
                  </Td>
                  <Td>{person.signsInBy.map((way) => WAYS[way]).join(', ') || 'nothing yet'}</Td>
                  <Td numeric>{person.sessions.length}</Td>
                  <Td className="text-right">
                    <Menu
                      trigger={<IconButton icon="more" label={`Acts for ${person.name}`} />}
                      items={[
                        {
                          label: 'Change role…',
                          disabledReason: mayNot ?? ownerFixed(person.name),
                          onSelect: () => setAct({ type: 'role', person }),
                        },
                        {
                          label: 'Fresh sign-in link',
                          disabledReason: mayNot ?? (person.status === 'disabled' ? 'The account is disabled' : undefined),
                          onSelect: () => link.mutate({ name: person.name }),
                        },
                        {
                          label: 'Sign out everywhere',
                          disabledReason: mayNot ?? (person.sessions.length === 0 ? 'Signed in nowhere' : undefined),
                          onSelect: () => signOut.mutate({ name: person.name }),
                        },
                        'separator',
                        {
                          label: person.status === 'disabled' ? 'Enable…' : 'Disable…',
                          danger: person.status !== 'disabled',
                          disabledReason: mayNot ?? ownerFixed(person.name),
                          onSelect: () => setAct({ type: person.status === 'disabled' ? 'enable' : 'disable', person }),
                        },
                      ]}
                    />
                  </Td>
                </Tr>
              ))}
            </TBody>
          </Table>
        </div>
      </Section>
      <InviteForm mayNot={mayNot} onMade={setMade} />
      {act !== null && <PersonDialog act={act} onDone={readAgain} onClose={() => setAct(null)} />}
    </>
  )
}

function InviteForm({ mayNot, onMade }: { mayNot: string | undefined; onMade: (made: MadeLink) => void }) {
  const [role, setRole] = useState<(typeof ROLES)[number]>('viewer')
  const [times, setTimes] = useState(0)
  const invite = useMutation(
    trpc.people.invite.mutationOptions({
      onSuccess: async ({ person, url }) => {
        onMade({ person: person.name, url })
        setTimes((before) => before + 1)
        await readAgain()
      },
    }),
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    invite.mutate({ name: formText(form, 'name').trim(), fullName: formText(form, 'fullName').trim(), role })
  }
  return (
    <Section
      title="Invite somebody"
      hint="It makes a link that works once, for a week. Hand it over yourself: it is shown here and nowhere else."
    >
      <Form
        key={times}
        onSubmit={submit}
        actions={
          <Button type="submit" variant="primary" busy={invite.isPending} disabledReason={mayNot}>
            Invite
          </Button>
        }
        outcome={<ErrorNotice error={invite.error} />}
      >
        <FormRow>
          <Field label="Name" hint="a-z, 0-9, dot, dash; it stands in Activity and is never given to another.">
            {(control) => <Input {...control} name="name" required pattern="[a-z][a-z0-9._\-]{1,39}" maxLength={40} placeholder="anna" />}
          </Field>
          <Field label="Full name" hint="As people write it.">
            {(control) => <Input {...control} name="fullName" maxLength={120} placeholder="Anna Berg" />}
          </Field>
        </FormRow>
        <RoleField role={role} onChoose={setRole} />
      </Form>
    </Section>
  )
}

/** What a role does not reach to is said, not left away. */
export function NotForYou({ error, what }: { error: unknown; what: string }) {
  const fault = readFault(error)
  if (fault?.code !== 'forbidden' || fault.why !== 'role') return <ErrorNotice error={error} />
  return (
    <Empty icon="lock" title={`${what} are for ${fault.needs}s; you are ${fault.has}`}>
      {fault.who.length === 0 ? 'Nobody has that role.' : `Ask ${fault.who.map((name) => showInvisible(name)).join(', ')}.`}
    </Empty>
  )
}

function ownerFixed(name: string): string | undefined {
  return name === 'owner' ? 'The owner stays an admin: whoever has the machine can restart everything anyway' : undefined
}
