import {
  Button,
  CopyLine,
  Field,
  Form,
  FormRow,
  Input,
  Notice,
  quoteShell,
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
import type { LimitsView } from '@strata/server'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'
import { queryClient, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useMayNot } from '../../api/use-may.ts'
import { linkModule } from '../../links.ts'
import { LIMITS, limitText, type LimitWords, readLimit } from './limit-words.ts'

/** From where on something wants a person: for all modules, and for those that differ. */
export function LimitsSection() {
  const limits = useQuery(trpc.settings.limits.queryOptions())
  return (
    <>
      <Section title="Limits" hint="From where on something stands on the Overview as wanting a person.">
        <div className="flex flex-col gap-4">
          <ErrorNotice error={limits.error} retry={() => void limits.refetch()} />
          {limits.isPending && <Skeleton className="h-32" />}
          {limits.data !== undefined && <LimitsTable view={limits.data} />}
        </div>
      </Section>
      <LimitForm />
    </>
  )
}

function LimitsTable({ view }: { view: LimitsView }) {
  return (
    <Table label="Limits in force">
      <THead>
        <tr>
          <Th>Module</Th>
          {LIMITS.map(({ name, label }) => (
            <Th key={name} numeric>
              {label}
            </Th>
          ))}
        </tr>
      </THead>
      <TBody>
        <Tr>
          <Td className="whitespace-nowrap">all others</Td>
          {LIMITS.map((limit) => (
            <Td key={limit.name} numeric>
              {limitText(limit, view.all[limit.name])}
            </Td>
          ))}
        </Tr>
        {Object.entries(view.modules).map(([module, own]) => (
          <Tr key={module}>
            <Td>
              <Link
                to={linkModule(module)}
                className="inline-flex min-h-6 items-center phone:min-h-11 font-medium underline underline-offset-2"
              >
                {module}
              </Link>
            </Td>
            {LIMITS.map((limit) => (
              <Td key={limit.name} numeric>
                {limitText(limit, own[limit.name])}
              </Td>
            ))}
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

function LimitForm() {
  const modules = useQuery(trpc.modules.list.queryOptions())
  const mayNot = useMayNot('set-limits')
  const [module, setModule] = useState('')
  const [chosen, setChosen] = useState<LimitWords>(LIMITS[0] as LimitWords)
  const [value, setValue] = useState('')
  const [reason, setReason] = useState('')
  const set = useMutation(
    trpc.settings.setLimits.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.settings.limits.queryFilter()),
    }),
  )
  const number = readLimit(chosen, value)
  const change = (limit: number | null) =>
    set.mutate({ module: module === '' ? null : module, limits: { [chosen.name]: limit }, reason: reason.trim() })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (number !== undefined && reason.trim() !== '') change(number)
  }
  const command = [
    `./strata limits set ${chosen.verb} ${value === '' ? 'VALUE' : quoteShell(value)}`,
    ...(module === '' ? [] : [`--module ${quoteShell(module)}`]),
    `--reason ${reason === '' ? 'TEXT' : quoteShell(reason)}`,
  ].join(' ')
  const missing = reason.trim() === '' ? 'Give a reason first: it stands in Activity' : undefined
  return (
    <Section title="Set a limit" hint="A module’s own limit goes before the one of all.">
      <Form
        onSubmit={submit}
        actions={
          <>
            <Button
              type="submit"
              variant="primary"
              busy={set.isPending}
              disabledReason={mayNot ?? (number === undefined ? 'Give a value first' : missing)}
            >
              Set
            </Button>
            <Button busy={set.isPending} disabledReason={mayNot ?? missing} onClick={() => change(null)}>
              Back to the default
            </Button>
          </>
        }
        outcome={
          <>
            <CopyLine label="The same from a terminal" command={command} />
            <ErrorNotice error={set.error} />
            {set.isSuccess && !set.isPending && <Notice tone="good" live="status" title="The limits are as shown above." />}
          </>
        }
      >
        <FormRow>
          <Field label="Of">
            {(control) => (
              <Select {...control} value={module} onChange={(event) => setModule(event.target.value)}>
                <option value="">all modules</option>
                {(modules.data ?? []).map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Limit">
            {(control) => (
              <Select
                {...control}
                value={chosen.name}
                onChange={(event) => setChosen(LIMITS.find(({ name }) => name === event.target.value) ?? chosen)}
              >
                {LIMITS.map(({ name, label }) => (
                  <option key={name} value={name}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </FormRow>
        <FormRow>
          <Field
            label="Value"
            hint={chosen.kind === 'duration' ? 'Such as 10m, 1h30m or 24h.' : 'A whole number.'}
            error={value !== '' && number === undefined ? (chosen.kind === 'duration' ? 'No duration.' : 'No whole number.') : undefined}
          >
            {(control) => <Input {...control} value={value} onChange={(event) => setValue(event.target.value)} />}
          </Field>
          <Field label="Reason" hint="Whoever wonders later reads it in Activity.">
            {(control) => <Input {...control} value={reason} maxLength={1_000} onChange={(event) => setReason(event.target.value)} />}
          </Field>
        </FormRow>
      </Form>
    </Section>
  )
}
