import type { ModuleView, ProcessQuery } from '@strata/runtime'
import { Button, cx, formatCount, formatDuration, Icon, Input, Select, showInvisible } from '@strata/ui'
import { useEffect, useRef, useState } from 'react'
import { LOADS, NO_FILTERS, type ProcessSearchChange, SEARCH_LENGTH_MAX, STATUSES } from './process-search.ts'

/** How long typing rests before the server is asked. */
const SEARCH_DELAY_MS = 200
const QUEUE_CHOICES = [1, 10, 100, 1_000]
const AGE_CHOICES = [60, 600, 3_600, 86_400]

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
          <Select
            aria-label="Module"
            className="sm:w-auto! sm:max-w-56 sm:min-w-36"
            value={query.module ?? ''}
            onChange={(event) => onChange({ module: event.target.value, generation: null })}
          >
            <option value="">any module</option>
            {modules.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
            {query.module !== undefined && modules.every(({ name }) => name !== query.module) && <option>{query.module}</option>}
          </Select>
          {query.module !== undefined && (
            <Select
              aria-label="Generation"
              className="sm:w-auto! sm:max-w-56 sm:min-w-36"
              value={query.generation ?? ''}
              onChange={(event) => onChange({ generation: event.target.value })}
            >
              <option value="">any generation</option>
              {[...new Set([...generations, ...(query.generation === undefined ? [] : [query.generation])])].map((number) => (
                <option key={number}>{number}</option>
              ))}
            </Select>
          )}
          <Select
            aria-label="Status"
            className="sm:w-auto! sm:max-w-56"
            value={query.status ?? ''}
            onChange={(event) => onChange({ status: event.target.value })}
          >
            <option value="">any status</option>
            {STATUSES.map((status) => (
              <option key={status}>{status}</option>
            ))}
          </Select>
          <Select
            aria-label="Load"
            className="sm:w-auto! sm:max-w-56"
            value={query.load ?? ''}
            onChange={(event) => onChange({ load: event.target.value })}
          >
            <option value="">any load</option>
            {LOADS.map((load) => (
              <option key={load}>{load}</option>
            ))}
          </Select>
          <Minimum
            label="Queue"
            value={query.queueMin}
            choices={QUEUE_CHOICES}
            any="any queue"
            onChange={(value) => onChange({ queueMin: value })}
          />
          <Minimum
            label="Age"
            value={query.ageMinSeconds}
            choices={AGE_CHOICES}
            any="any age"
            onChange={(value) => onChange({ ageMinSeconds: value })}
          />
        </div>
      </search>
      <Chips query={query} onChange={onChange} />
    </div>
  )
}

interface MinimumProps {
  readonly label: string
  readonly value: number | undefined
  readonly choices: readonly number[]
  readonly any: string
  readonly onChange: (value: string) => void
}

/** At least so much of something; what the address asks for stands among the choices. */
function Minimum({ label, value, choices, any, onChange }: MinimumProps) {
  const all = value === undefined || choices.includes(value) ? choices : [...choices, value].sort((a, b) => a - b)
  return (
    <Select aria-label={label} className="sm:w-auto! sm:max-w-56" value={value ?? ''} onChange={(event) => onChange(event.target.value)}>
      <option value="">{any}</option>
      {all.map((choice) => (
        <option key={choice} value={choice}>
          {label === 'Age' ? ageText(choice) : queueText(choice)}
        </option>
      ))}
    </Select>
  )
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
