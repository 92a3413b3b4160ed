import { DropdownMenu } from 'radix-ui'
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

/** A button's list of further acts. `separator` draws a line. */
export function Menu({
  trigger,
  items,
  align = 'end',
}: {
  trigger: ReactElement
  items: readonly (MenuItem | 'separator')[]
  align?: 'start' | 'end'
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-48 rounded-lg border border-line-strong bg-raised p-1 text-[13px] shadow-pop"
        >
          {items.map((item, index) =>
            item === 'separator' ? (
              <DropdownMenu.Separator key={`line-${items.slice(0, index).length}`} className="my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                disabled={item.disabledReason !== undefined}
                onSelect={item.onSelect}
                className={cx(
                  'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 outline-none data-disabled:cursor-not-allowed data-disabled:text-faint data-highlighted:bg-hover phone:min-h-11',
                  item.danger === true && 'text-bad',
                )}
              >
                {item.icon !== undefined && <Icon name={item.icon} />}
                <span>
                  {item.label}
                  {item.disabledReason !== undefined && <span className="block text-xs">{item.disabledReason}</span>}
                </span>
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
