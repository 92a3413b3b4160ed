import { useId } from 'react'
import type { InputHTMLAttributes, ReactNode, Ref, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { cx } from './cx.ts'

const CONTROL =
  'w-full min-w-0 rounded-md border border-control-line bg-sunken px-2.5 text-[13px] text-text placeholder:text-faint phone:text-base disabled:cursor-not-allowed disabled:opacity-60 aria-invalid:border-bad'

export interface FieldControl {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** A label with its control, what it is for, and what is wrong with it. The child gets what ties them together. */
export function Field({
  label,
  hint,
  error,
  children,
  className,
}: {
  label: ReactNode
  hint?: ReactNode
  error?: ReactNode
  children: (control: FieldControl) => ReactNode
  className?: string
}) {
  const id = useId()
  const hasHint = hint !== undefined && hint !== null
  const hasError = error !== undefined && error !== null && error !== ''
  const describedBy = cx(hasHint && `${id}-hint`, hasError && `${id}-error`)
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-[13px] font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': describedBy === '' ? undefined : describedBy, 'aria-invalid': hasError || undefined })}
      {hasHint && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {hasError && (
        <p id={`${id}-error`} className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  )
}

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input autoComplete="off" spellCheck={false} {...rest} className={cx(CONTROL, 'min-h-8 py-1 phone:min-h-11', className)} />
}

export function TextArea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) {
  return <textarea rows={3} {...rest} className={cx(CONTROL, 'py-1.5', className)} />
}

/** The browser's own select: right on a phone, right for a keyboard. */
export function Select({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement> & { ref?: Ref<HTMLSelectElement> }) {
  return <select {...rest} className={cx(CONTROL, 'min-h-8 cursor-pointer py-1 pr-7 phone:min-h-11', className)} />
}

/** A tick box with its words; without `children` give it an `aria-label`. */
export function Checkbox({
  children,
  className,
  indeterminate = false,
  ...rest
}: Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> & { children?: ReactNode; indeterminate?: boolean }) {
  const box = (
    <input
      {...rest}
      type="checkbox"
      ref={(element) => {
        if (element !== null) element.indeterminate = indeterminate
      }}
      className="size-4 shrink-0 cursor-pointer accent-accent-strong phone:size-5"
    />
  )
  return (
    <label
      className={cx(
        'inline-flex min-h-6 min-w-6 cursor-pointer items-center gap-2 text-[13px] phone:min-h-11 phone:min-w-11',
        children === undefined && 'justify-center',
        className,
      )}
    >
      {box}
      {children}
    </label>
  )
}

export interface RadioOption<T extends string> {
  readonly value: T
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly disabledReason?: string
}

/** One of a few, each with a line that says what it would do. `value` null: nothing is preselected. */
export function RadioCards<T extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly RadioOption<T>[]
  value: T | null
  onChange: (value: T) => void
}) {
  const name = useId()
  return (
    <fieldset className="flex min-w-0 flex-col gap-1.5">
      <legend className="mb-1 text-[13px] font-medium">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            'flex cursor-pointer items-start gap-2.5 rounded-md border px-3 py-2',
            option.value === value ? 'border-accent bg-accent-soft' : 'border-line-strong bg-raised hover:bg-hover',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabledReason !== undefined}
            onChange={() => onChange(option.value)}
            className="mt-0.5 size-4 shrink-0 accent-accent-strong"
          />
          <span className="min-w-0">
            <span className="font-medium">{option.label}</span>
            {option.hint !== undefined && <span className="block text-[13px] text-muted">{option.hint}</span>}
            {option.disabledReason !== undefined && <span className="block text-[13px] text-warn">{option.disabledReason}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
