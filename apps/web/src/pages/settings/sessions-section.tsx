import {
  Badge,
  Button,
  Field,
  Form,
  FormRow,
  Input,
  Notice,
  RelativeTime,
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
} from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { formText } from '../../api/form-text.ts'
import { browserName } from './browser-name.ts'

const HOW = { link: 'the machine’s link', password: 'password', oidc: 'identity provider', invitation: 'invitation' } as const
const AGENT_SHOWN_MAX = 60

const readAgain = () => queryClient.invalidateQueries(trpc.session.list.queryFilter())

/** Where the reader is signed in, and the password. */
export function SessionsSection() {
  const who = useQuery(trpc.session.whoami.queryOptions())
  return (
    <>
      <Section
        title={who.data === undefined ? 'Your account' : `You are ${who.data.actor}`}
        hint={who.data === undefined ? undefined : `Your role is ${who.data.role}; this session ends by itself 12 hours after it began.`}
      >
        <Sessions />
      </Section>
      <PasswordForm />
      <ProviderLink />
    </>
  )
}

function Sessions() {
  const sessions = useQuery(trpc.session.list.queryOptions())
  const end = useMutation(trpc.session.end.mutationOptions({ onSuccess: readAgain }))
  const endOthers = useMutation(trpc.session.endOthers.mutationOptions({ onSuccess: readAgain }))
  if (sessions.isPending) return <Skeleton className="h-32" />
  const rows = sessions.data ?? []
  const others = rows.filter(({ isThis }) => !isThis).length
  return (
    <div className="flex flex-col items-start gap-3">
      <ErrorNotice error={sessions.error ?? end.error ?? endOthers.error} />
      <div className="w-full">
        <Table label="Where you are signed in">
          <THead>
            <tr>
              <Th>Signed in by</Th>
              <Th>From</Th>
              <Th>Browser</Th>
              <Th>Since</Th>
              <Th>Last used</Th>
              <Th>
                <span className="sr-only">Acts</span>
              </Th>
            </tr>
          </THead>
          <TBody>
            {rows.map((session) => (
              <Tr key={session.id}>
                <Td>
                  {HOW[session.how]} {session.isThis && <Badge tone="accent">this one</Badge>}
                </Td>
                <Td mono>{showInvisible(session.from) || 'unknown'}</Td>
                <Td title={showInvisible(session.agent)}>
                  {browserName(session.agent) ?? (truncate(showInvisible(session.agent), AGENT_SHOWN_MAX) || 'unknown')}
                </Td>
                <Td>{session.beganAt === null ? 'unknown' : <RelativeTime at={session.beganAt} />}</Td>
                <Td>{session.seenAt === null ? 'unknown' : <RelativeTime at={session.seenAt} />}</Td>
                <Td className="text-right">
                  <Button
                    size="sm"
                    aria-label={`End the session from ${showInvisible(session.from) || 'an unknown place'} (${session.id})`}
                    disabledReason={session.isThis ? 'This is where you are: sign out instead' : undefined}
                    busy={end.isPending && end.variables.id === session.id}
                    onClick={() => end.mutate({ id: session.id })}
                  >
                    End
                  </Button>
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      </div>
      <Button
        icon="signOut"
        disabledReason={others === 0 ? 'You are signed in nowhere else' : undefined}
        busy={endOthers.isPending}
        onClick={() => endOthers.mutate()}
      >
        Sign out everywhere else
      </Button>
    </div>
  )
}

function PasswordForm() {
  const [shown, setShown] = useState(0)
  const change = useMutation(
    trpc.session.changePassword.mutationOptions({
      onSuccess: async () => {
        setShown((times) => times + 1)
        await readAgain()
      },
    }),
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    change.mutate({ current: formText(form, 'current'), next: formText(form, 'next') })
  }
  return (
    <Section title="Password" hint="Changing it signs you out everywhere else. The owner, who has the machine, can do without one.">
      {/* A new key empties the fields: a password stays on no screen. */}
      <Form
        key={shown}
        onSubmit={submit}
        actions={
          <Button type="submit" variant="primary" busy={change.isPending}>
            Change the password
          </Button>
        }
        outcome={
          <>
            <ErrorNotice error={change.error} />
            {change.isSuccess && <Notice tone="good" live="status" title="The password is changed." />}
          </>
        }
      >
        <FormRow>
          <Field label="Present password" hint="Leave it empty when you have none yet, or have just come by the machine’s link.">
            {(control) => <Input {...control} type="password" name="current" autoComplete="current-password" maxLength={200} />}
          </Field>
          <Field label="New password" hint="12 characters or more.">
            {(control) => <Input {...control} type="password" name="next" autoComplete="new-password" required maxLength={200} />}
          </Field>
        </FormRow>
      </Form>
    </Section>
  )
}

function ProviderLink() {
  const ways = useQuery(trpc.session.ways.queryOptions({}))
  const link = useMutation(trpc.session.linkOidc.mutationOptions({ onSuccess: ({ url }) => window.location.assign(url) }))
  const provider = ways.data?.oidc ?? null
  if (provider === null) return null
  return (
    <Section title="Identity provider" hint={`Afterwards you can sign in by ${showInvisible(provider)}, too.`}>
      <Button className="self-start" busy={link.isPending || link.isSuccess} onClick={() => link.mutate()}>
        Connect {showInvisible(provider)}
      </Button>
      <ErrorNotice error={link.error} />
    </Section>
  )
}
