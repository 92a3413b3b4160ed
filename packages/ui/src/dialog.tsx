import { Dialog as Primitive } from 'radix-ui'
import { useRef } from 'react'
import type { ReactNode, RefObject } from 'react'
import { cx } from './cx.ts'
import { Icon } from './icon.tsx'

export interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: ReactNode
  readonly description?: ReactNode
  readonly children?: ReactNode
  /** Buttons, the gentle one first. They stay in sight, however long what stands above is. */
  readonly footer?: ReactNode
  readonly width?: 'sm' | 'md' | 'lg'
  /** What has the focus when it opens; the first field or button when absent. */
  readonly initialFocus?: RefObject<HTMLElement | null>
}

const WIDTHS = { sm: 'max-w-md', md: 'max-w-2xl', lg: 'max-w-5xl' }

/** A modal dialog; Escape and a click outside close it, and focus returns to where it was. */
export function Dialog({ open, onOpenChange, title, description, children, footer, width = 'md', initialFocus }: DialogProps) {
  const returnTo = useRef<HTMLElement | null>(null)
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 grid place-items-center overflow-y-auto bg-black/60 p-3 sm:p-6">
          <Primitive.Content
            {...(description === undefined ? { 'aria-describedby': undefined } : {})}
            onOpenAutoFocus={(event) => {
              // Still where it was: the focus has not moved in yet.
              returnTo.current = document.activeElement instanceof HTMLElement ? document.activeElement : null
              if (initialFocus?.current) {
                event.preventDefault()
                initialFocus.current.focus()
              }
            }}
            onCloseAutoFocus={(event) => {
              // Without a trigger of its own the primitive would leave the focus nowhere.
              event.preventDefault()
              // Unless somebody has put it elsewhere meanwhile: a palette, the page that the act led to.
              if (document.activeElement === document.body) returnTo.current?.focus()
            }}
            className={cx(
              'relative flex w-full min-w-0 flex-col rounded-xl border border-line-strong bg-surface shadow-pop',
              WIDTHS[width],
            )}
          >
            <div className="border-b border-line py-3 pr-14 pl-4 sm:pl-5">
              <div className="min-w-0">
                <Primitive.Title className="text-base font-semibold">{title}</Primitive.Title>
                {description !== undefined && <Primitive.Description className="mt-0.5 text-muted">{description}</Primitive.Description>}
              </div>
            </div>
            <div className="flex min-w-0 flex-col gap-4 px-4 py-4 sm:px-5">{children}</div>
            {footer !== undefined && (
              <div className="sticky -bottom-3 flex flex-wrap items-center justify-end gap-2 rounded-b-xl border-t border-line bg-surface px-4 py-3 sm:-bottom-6 sm:px-5">
                {footer}
              </div>
            )}
            {/* Last, so that what the dialog is for has the focus first. */}
            <Primitive.Close
              aria-label="Close"
              className="absolute top-2 right-2 inline-flex size-8 shrink-0 cursor-pointer items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text phone:size-11"
            >
              <Icon name="close" />
            </Primitive.Close>
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
