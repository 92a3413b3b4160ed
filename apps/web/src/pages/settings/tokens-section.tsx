import {
  Badge,
  Button,
  CopyLine,
  Empty,
  Field,
  Form,
  FormRow,
  formatUtc,
  Input,
  Notice,
  nowMs,
  RelativeTime,
  Section,
  Select,
  Skeleton,
  Table,
  TBody,
  Td,
  Th,
  THead,
  Tr,
} from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { queryClient, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { formText } from '../../api/form-text.ts'
import { useMayNot } from '../../api/use-may.ts'
import { NotForYou } from './people-section.tsx'
import { RoleField } from './role-field.tsx'
import type { ROLES } from './role-words.ts'
import { LIVES, readNames, tokenEnd } from './token-words.ts'

const readAgain = () => queryClient.invalidateQueries(trpc.tokens.list.queryFilter())

/** Tokens for scripts: made here, shown once, revoked here. */
export function TokensSection() {
  const tokens = useQuery(trpc.tokens.list.queryOptions())
  const mayNot = useMayNot('tokens')
  const [secret, setSecret] = useState<{ readonly actor: string; readonly text: string } | null>(null)
  const revoke = useMutation(trpc.tokens.revoke.mutationOptions({ onSuccess: readAgain }))
  if (tokens.isPending) return <Skeleton className="h-48" />
  if (tokens.data === undefined) return <NotForYou error={tokens.error} what="The tokens" />
  return (
    <>
      <Section
        title="Tokens"
        hint="For scripts and pipelines. A token acts in its own name and can do no more than whoever made it can now."
      >
        <div className="flex flex-col gap-3">
          {secret !== null && (
            <Notice
              tone="accent"
              live="status"
              title={`${secret.actor} is made`}
              actions={
                <Button size="sm" onClick={() => setSecret(null)}>
                  I have it
                </Button>
              }
            >
              <CopyLine
                label="It is not shown again. Elsewhere than on the server’s machine, STRATA_TOKEN carries it."
                command={secret.text}
              />
            </Notice>
          )}
          <ErrorNotice error={revoke.error} />
          {tokens.data.length === 0 ? (
            <Empty icon="lock" title="No token yet">
              A pipeline that loads, or a monitor that reads, gets one of its own below: with an end, and no more rights than it needs.
            </Empty>
          ) : (
            <Table label="Made tokens">
              <THead>
                <tr>
                  <Th>Token</Th>
                  <Th>May</Th>
                  <Th>State</Th>
                  <Th>Ends</Th>
                  <Th>Last used</Th>
                  <Th>
                    <span className="sr-only">Acts</span>
                  </Th>
                </tr>
              </THead>
              <TBody>
                {tokens.data.map((token) => (
                  <Tr key={token.id}>
                    <Td mono>{token.actor}</Td>
                    <Td>
                      {token.role}
                      {token.verbs !== null && <span className="block text-xs text-muted">only {token.verbs.join(', ')}</span>}
                      {token.modules !== null && <span className="block text-xs text-muted">only in {token.modules.join(', ')}</span>}
                    </Td>
                    <Td>
                      <Badge tone={token.status === 'active' ? 'good' : 'idle'}>{token.status}</Badge>
                    </Td>
                    <Td>{token.expiresAt === null ? 'when revoked' : formatUtc(Date.parse(token.expiresAt))}</Td>
                    <Td>{token.usedAt === null ? 'never' : <RelativeTime at={token.usedAt} />}</Td>
                    <Td className="text-right">
                      <Button
                        size="sm"
                        className="text-bad!"
                        aria-label={`Revoke ${token.actor} (${token.id})`}
                        disabledReason={mayNot ?? (token.status === 'active' ? undefined : `It is ${token.status} already`)}
                        busy={revoke.isPending && revoke.variables.id === token.id}
                        onClick={() => revoke.mutate({ id: token.id })}
                      >
                        Revoke
                      </Button>
                    </Td>
                  </Tr>
                ))}
              </TBody>
            </Table>
          )}
        </div>
      </Section>
      <TokenForm mayNot={mayNot} onMade={(actor, text) => setSecret({ actor, text })} />
    </>
  )
}

function TokenForm({ mayNot, onMade }: { mayNot: string | undefined; onMade: (actor: string, secret: string) => void }) {
  const [role, setRole] = useState<(typeof ROLES)[number]>('deployer')
  const [times, setTimes] = useState(0)
  const make = useMutation(
    trpc.tokens.make.mutationOptions({
      onSuccess: async ({ token, secret }) => {
        onMade(token.actor, secret)
        setTimes((before) => before + 1)
        await readAgain()
      },
    }),
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const text = (name: string) => formText(form, name).trim()
    make.mutate({
      name: text('name'),
      role,
      expiresAt: tokenEnd(text('life'), nowMs()),
      verbs: readNames(text('verbs')),
      modules: readNames(text('modules')),
    })
  }
  return (
    <Section title="Make a token" hint="Narrow it to what it is for: then a leak is a small one.">
      <Form
        key={times}
        onSubmit={submit}
        actions={
          <Button type="submit" variant="primary" busy={make.isPending} disabledReason={mayNot}>
            Make the token
          </Button>
        }
        outcome={<ErrorNotice error={make.error} />}
      >
        <FormRow>
          <Field label="Name" hint="What it is for. Activity tells what it did by it.">
            {(control) => <Input {...control} name="name" required pattern="[a-z0-9][a-z0-9._\-]*" maxLength={40} placeholder="deploy" />}
          </Field>
          <Field label="Ends">
            {(control) => (
              <Select {...control} name="life" defaultValue="90">
                {LIVES.map(({ days, label }) => (
                  <option key={days} value={days}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </FormRow>
        <RoleField role={role} onChoose={setRole} />
        <FormRow>
          <Field label="Only these verbs" hint="As on the command line: load, rollback. Empty: all that the role may.">
            {(control) => <Input {...control} name="verbs" maxLength={500} className="font-mono" placeholder="load" />}
          </Field>
          <Field label="Only these modules" hint="And those below them: billing covers billing/pricing. Empty: all.">
            {(control) => <Input {...control} name="modules" maxLength={2_000} className="font-mono" placeholder="billing, chat/rooms" />}
          </Field>
        </FormRow>
      </Form>
    </Section>
  )
}
