import type { ModuleView, ProcessQuery } from '@strata/runtime'
import { Button, cx, formatCount, formatDuration, Icon, Input, Select, showInvisible } from '@strata/ui'
import { useEffect, useRef, useState } from 'react'
import { LOADS, NO_FILTERS, type ProcessSearchChange, SEARCH_LENGTH_MAX, STATUSES } from './process-search.ts'

/** How long typing rests before the server is asked. */
const SEARCH_DELAY_MS = 200
const QUEUE_CHOICES = [1, 10, 100, 1_000]
const AGE_CHOICES = [60, 600, 3_600, 86_400]
/** Names are longer than words. */
const WIDE = 'sm:min-w-36'

interface ProcessFiltersProps {
  readonly query: ProcessQuery
  readonly modules: readonly ModuleView[]
  readonly onChange: (change: ProcessSearchChange) => void
}

/** Search and filters; each that is on stands as a chip that takes it off. */
export function ProcessFilters({ query, modules, onChange }: ProcessFiltersProps) {
  const [unfolded, setUnfolded] = useState(false)
  const generations = modules.find(({ name }) => name === query.module)?.generations ?? []
  return (
    <div className="flex flex-col gap-2">
      <search className="flex flex-wrap gap-2">
        <SearchField value={query.search ?? ''} onSearch={(text) => onChange({ search: text })} />
        <Button className="sm:hidden" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          Filters
        </Button>
        <div className={cx('w-full grid-cols-2 gap-2 sm:flex sm:w-auto sm:flex-wrap', unfolded ? 'grid' : 'hidden')}>
          <Choice
            label="Module"
            className={WIDE}
            value={query.module}
            any="any module"
            choices={modules.map(({ name }) => name)}
            onChange={(module) => onChange({ module, generation: null })}
          />
          {query.module !== undefined && (
            <Choice
              label="Generation"
              className={WIDE}
              value={query.generation}
              any="any generation"
              choices={generations}
              onChange={(generation) => onChange({ generation })}
            />
          )}
          <Choice label="Status" value={query.status} any="any status" choices={STATUSES} onChange={(status) => onChange({ status })} />
          <Choice label="Load" value={query.load} any="any load" choices={LOADS} onChange={(load) => onChange({ load })} />
          <Choice
            label="Queue"
            value={query.queueMin}
            any="any queue"
            choices={including(QUEUE_CHOICES, query.queueMin)}
            textOf={queueText}
            onChange={(value) => onChange({ queueMin: value })}
          />
          <Choice
            label="Age"
            value={query.ageMinSeconds}
            any="any age"
            choices={including(AGE_CHOICES, query.ageMinSeconds)}
            textOf={ageText}
            onChange={(value) => onChange({ ageMinSeconds: value })}
          />
        </div>
      </search>
      <Chips query={query} onChange={onChange} />
    </div>
  )
}

interface ChoiceProps<T extends string | number> {
  readonly label: string
  readonly value: T | undefined
  readonly choices: readonly T[]
  readonly any: string
  readonly textOf?: (choice: T) => string
  readonly className?: string
  readonly onChange: (value: string) => void
}

/** One of some, or any; what the address asks for stands among the choices. */
function Choice<T extends string | number>({ label, value, choices, any, textOf = String, className, onChange }: ChoiceProps<T>) {
  const all = value === undefined || choices.includes(value) ? choices : [...choices, value]
  return (
    <Select
      aria-label={label}
      className={cx('sm:w-auto! sm:max-w-56', className)}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{any}</option>
      {all.map((choice) => (
        <option key={choice} value={choice}>
          {textOf(choice)}
        </option>
      ))}
    </Select>
  )
}

/** The choices of a minimum, in their order with one more where the address asks for it. */
function including(choices: readonly number[], value: number | undefined): readonly number[] {
  return value === undefined || choices.includes(value) ? choices : [...choices, value].sort((a, b) => a - b)
}

function queueText(messages: number): string {
  return messages === 1 ? 'messages wait' : `${formatCount(messages)} or more wait`
}

function ageText(seconds: number): string {
  return `${formatDuration(seconds * 1_000)} or older`
}

function SearchField({ value, onSearch }: { value: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const search = useRef(onSearch)
  useEffect(() => {
    search.current = onSearch
  })
  useEffect(() => {
    // The address changed by other means: a link, a chip, Back.
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  useEffect(() => {
    if (text === sent.current) return undefined
    const timer = setTimeout(() => {
      sent.current = text
      search.current(text)
    }, SEARCH_DELAY_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div className="relative min-w-40 flex-1 sm:min-w-52">
      <Icon name="search" className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
      <Input
        data-search=""
        type="search"
        aria-label="Search processes"
        aria-keyshortcuts="/"
        placeholder="pid, name, module, function or place"
        maxLength={SEARCH_LENGTH_MAX}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="pl-8"
      />
    </div>
  )
}

function Chips({ query, onChange }: Pick<ProcessFiltersProps, 'query' | 'onChange'>) {
  const chips: readonly { readonly label: string; readonly change: ProcessSearchChange }[] = [
    ...(query.module === undefined
      ? []
      : [
          {
            label: query.generation === undefined ? `pins ${query.module}` : `pins ${query.module}@${query.generation}`,
            change: { module: null },
          },
        ]),
    ...(query.status === undefined ? [] : [{ label: query.status, change: { status: null } }]),
    ...(query.load === undefined ? [] : [{ label: query.load, change: { load: null } }]),
    ...(query.queueMin === undefined ? [] : [{ label: queueText(query.queueMin), change: { queueMin: null } }]),
    ...(query.ageMinSeconds === undefined ? [] : [{ label: ageText(query.ageMinSeconds), change: { ageMinSeconds: null } }]),
    ...(query.pinnedMinSeconds === undefined
      ? []
      : [{ label: `pinned for ${formatDuration(query.pinnedMinSeconds * 1_000)} or longer`, change: { pinnedMinSeconds: null } }]),
    ...(query.search === undefined ? [] : [{ label: `“${showInvisible(query.search)}”`, change: { search: null } }]),
  ]
  if (chips.length === 0) return null
  return (
    <ul aria-label="Filters that are on" className="flex flex-wrap gap-1.5">
      {chips.map(({ label, change }) => (
        <li key={label}>
          <button
            type="button"
            aria-label={`Remove filter ${label}`}
            onClick={() => onChange(change)}
            className="inline-flex min-h-6 max-w-72 cursor-pointer items-center gap-1 rounded-full border border-line-strong bg-accent-soft px-2.5 text-xs text-accent hover:bg-hover phone:min-h-11"
          >
            <span className="truncate">{label}</span>
            <Icon name="close" className="size-3" />
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button
            type="button"
            onClick={() => onChange(NO_FILTERS)}
            className="inline-flex min-h-6 cursor-pointer items-center px-1.5 text-xs text-muted underline phone:min-h-11"
          >
            Clear all
          </button>
        </li>
      )}
    </ul>
  )
}
