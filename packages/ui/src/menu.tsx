import { DropdownMenu } from 'radix-ui'
import { useRef } from 'react'
import type { ReactElement } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

export interface MenuItem {
  readonly label: string
  readonly icon?: IconName
  readonly danger?: boolean
  readonly disabledReason?: string | undefined
  readonly onSelect: () => void
}

/**
 * A button's list of further acts. `separator` draws a line. What is off stays reachable and says why. An act begins when the
 * button has the focus back, so that a dialog that it opens gives it back there.
 */
export function Menu({
  trigger,
  items,
  align = 'end',
}: {
  trigger: ReactElement
  items: readonly (MenuItem | 'separator')[]
  align?: 'start' | 'end'
}) {
  const chosen = useRef<(() => void) | null>(null)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={() => {
            const act = chosen.current
            chosen.current = null
            if (act !== null) setTimeout(act)
          }}
          className="z-50 min-w-48 rounded-lg border border-line-strong bg-raised p-1 text-[13px] shadow-pop"
        >
          {items.map((item, index) =>
            item === 'separator' ? (
              <DropdownMenu.Separator key={`line-${items.slice(0, index).length}`} className="my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                aria-disabled={item.disabledReason !== undefined || undefined}
                onSelect={(event) => {
                  if (item.disabledReason === undefined) chosen.current = item.onSelect
                  else event.preventDefault()
                }}
                className={cx(
                  'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 outline-none aria-disabled:cursor-not-allowed aria-disabled:text-faint data-highlighted:bg-hover phone:min-h-11',
                  item.danger === true && item.disabledReason === undefined && 'text-bad',
                )}
              >
                {item.icon !== undefined && <Icon name={item.icon} />}
                <span>
                  {item.label}
                  {item.disabledReason !== undefined && <span className="block max-w-64 text-xs text-pretty">{item.disabledReason}</span>}
                </span>
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
