import { useId } from 'react'
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'
import { Spinner } from './spinner.tsx'
import { Tooltip } from './tooltip.tsx'
import { VisuallyHidden } from './visually-hidden.tsx'

export type ButtonVariant = 'primary' | 'default' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md'

const VARIANTS: Record<ButtonVariant, string> = {
  primary: 'border-transparent bg-accent-strong text-on-accent hover:brightness-110',
  default: 'border-line-strong bg-raised text-text hover:bg-hover',
  ghost: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-text',
  danger: 'border-transparent bg-bad-strong text-white hover:brightness-110',
}

const SIZES: Record<ButtonSize, string> = {
  sm: 'min-h-7 px-2.5 text-[13px]',
  md: 'min-h-8 px-3 text-[13px]',
}

/** The look of a button, for a link that stands among buttons. */
export function buttonClass({ variant = 'default', size = 'md' }: { variant?: ButtonVariant; size?: ButtonSize } = {}): string {
  return cx(
    'inline-flex shrink-0 cursor-pointer items-center justify-center gap-1.5 rounded-md border py-0.5 font-medium whitespace-nowrap no-underline transition-colors select-none phone:min-h-11 phone:px-3.5',
    VARIANTS[variant],
    SIZES[size],
  )
}

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  readonly variant?: ButtonVariant
  readonly size?: ButtonSize
  readonly icon?: IconName
  /** At work: shows a spinner and takes no clicks. */
  readonly busy?: boolean
  /** Why it cannot be used now. The button stays focusable, says so and does nothing. */
  readonly disabledReason?: string | undefined
  readonly children?: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button. It is never silently disabled: `disabledReason` is told on hover, focus and tap. */
export function Button({
  variant = 'default',
  size = 'md',
  icon,
  busy = false,
  disabledReason,
  children,
  className,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reasonId = useId()
  const off = busy || disabledReason !== undefined
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (off) {
      event.preventDefault()
      event.stopPropagation()
      return
    }
    onClick?.(event)
  }
  return (
    <Tooltip content={disabledReason}>
      <button
        {...rest}
        type={type}
        onClick={click}
        aria-disabled={off || undefined}
        aria-busy={busy || undefined}
        aria-describedby={disabledReason === undefined ? rest['aria-describedby'] : reasonId}
        className={cx(
          buttonClass({ variant, size }),
          off && 'cursor-not-allowed border-line! bg-idle-soft! text-faint! hover:brightness-100!',
          className,
        )}
      >
        {busy ? <Spinner /> : icon !== undefined && <Icon name={icon} />}
        {children}
        {disabledReason !== undefined && <VisuallyHidden id={reasonId}>{disabledReason}</VisuallyHidden>}
      </button>
    </Tooltip>
  )
}
