import type { ButtonHTMLAttributes, Ref } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'
import { Tooltip } from './tooltip.tsx'

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label' | 'children' | 'disabled'> {
  readonly icon: IconName
  /** Its accessible name, and what the tooltip says. */
  readonly label: string
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button that shows an icon only. */
export function IconButton({ icon, label, className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label} tap={false}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        className={cx(
          'inline-flex size-8 shrink-0 cursor-pointer items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text phone:size-11',
          className,
        )}
      >
        <Icon name={icon} />
      </button>
    </Tooltip>
  )
}
