import { Dialog, Icon, Input, cx } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useId, useRef, useState } from 'react'
import type { KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { trpc } from '../api/client.ts'
import { listCommands, searchCommands } from './commands.ts'

const SHOWN_MAX = 50

/** Every page and every act, found by typing. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Go to, or do">
      <PaletteList close={() => onOpenChange(false)} />
    </Dialog>
  )
}

function PaletteList({ close }: { close: () => void }) {
  const id = useId()
  const navigate = useNavigate()
  const list = useRef<HTMLUListElement>(null)
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const modules = useQuery(trpc.modules.list.queryOptions())
  const found = searchCommands(listCommands(modules.data ?? []), text).slice(0, SHOWN_MAX)
  const index = Math.min(chosen, found.length - 1)

  const go = (to: string) => {
    close()
    void navigate(to)
  }
  const move = (to: number) => {
    setChosen(to)
    list.current?.children[to]?.scrollIntoView({ block: 'nearest' })
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') move((index + 1) % Math.max(1, found.length))
    else if (event.key === 'ArrowUp') move((index - 1 + found.length) % Math.max(1, found.length))
    else if (event.key === 'Enter' && found[index] !== undefined) go(found[index].to)
    else return
    event.preventDefault()
  }

  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Input
        role="combobox"
        aria-label="Page or act"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length === 0 ? undefined : `${id}-${index}`}
        placeholder="Type a page, a module or an act"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={press}
      />
      {found.length === 0 ? (
        <p className="py-6 text-center text-muted">Nothing has this name.</p>
      ) : (
        <ul ref={list} id={id} role="listbox" aria-label="Pages and acts" className="-mx-1 max-h-[50dvh] overflow-y-auto px-1">
          {found.map((command, at) => (
            <li
              key={`${command.label} ${command.to}`}
              id={`${id}-${at}`}
              role="option"
              aria-selected={at === index}
              onPointerMove={() => setChosen(at)}
              onClick={() => go(command.to)}
              onKeyDown={press}
              className={cx(
                'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 phone:min-h-11',
                at === index ? 'bg-hover' : 'text-muted',
              )}
            >
              <Icon name={command.icon} />
              <span className="min-w-0 flex-1 truncate">{command.label}</span>
              <span className="shrink-0 text-xs text-faint">{command.hint}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
