import { Button, Field, Input } from '@strata/ui'
import type { FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { linkActivity } from '../../links.ts'
import type { ActivityChoice } from './activity-query.ts'

const TEXTS = [
  { name: 'module', label: 'Module' },
  { name: 'actor', label: 'Who' },
] as const
const TIMES = [
  { name: 'since', label: 'From (UTC)' },
  { name: 'until', label: 'Before (UTC)' },
] as const

/** Whose acts, of which module, and when: the address has it, so that a pasted link shows the same lines. */
export function ActivityFields({ choice }: { choice: ActivityChoice }) {
  const navigate = useNavigate()
  const show = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => {
      const value = form.get(name)
      return typeof value === 'string' ? value.trim() : ''
    }
    void navigate(
      linkActivity({ type: choice.type ?? '', module: text('module'), actor: text('actor'), since: text('since'), until: text('until') }),
    )
  }
  const isChosen = [...TEXTS, ...TIMES].some(({ name }) => choice[name] !== null)
  return (
    <details open={isChosen} className="min-w-0 open:basis-full">
      <summary className="inline-flex min-h-7 w-fit cursor-pointer items-center gap-1.5 text-[13px] text-muted before:content-['▸'/''] phone:min-h-11 [[open]>&]:before:content-['▾'/'']">
        By module, person and time
      </summary>
      <form
        key={`${choice.module} ${choice.actor} ${choice.since} ${choice.until}`}
        onSubmit={show}
        className="mt-1 flex flex-wrap items-end gap-2"
      >
        {TEXTS.map(({ name, label }) => (
          <Field key={name} label={label} className="w-[calc(50%-0.25rem)] sm:w-40">
            {(control) => <Input {...control} name={name} defaultValue={choice[name] ?? ''} maxLength={120} />}
          </Field>
        ))}
        {TIMES.map(({ name, label }) => (
          <Field key={name} label={label} className="w-full sm:w-48">
            {(control) => <Input {...control} name={name} type="datetime-local" defaultValue={choice[name] ?? ''} />}
          </Field>
        ))}
        <Button type="submit" icon="search">
          Show
        </Button>
      </form>
    </details>
  )
}
