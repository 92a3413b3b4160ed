import { Tooltip as Primitive } from 'radix-ui'
import { useRef, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'

/** Once at the root of the app. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Primitive.Provider delayDuration={250} skipDelayDuration={200}>
      {children}
    </Primitive.Provider>
  )
}

/**
 * Says more about its one child when that is hovered, focused or tapped. The child takes a ref and can be focused;
 * `content` absent shows the child alone. A child whose tap does something else is left to do that: `tap={false}`.
 */
export function Tooltip({
  content,
  children,
  side = 'top',
  tap = true,
}: {
  content: ReactNode
  children: ReactElement
  side?: 'top' | 'right' | 'bottom' | 'left'
  tap?: boolean
}) {
  const touched = useRef(false)
  const trigger = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  // The tree stays the same without content: a button that turns off must not lose the focus.
  const empty = content === undefined || content === null || content === ''
  // The primitive closes at every press and click: a tap opens after that.
  const openByTap = () => {
    if (tap && touched.current) setTimeout(() => setOpen(true))
  }
  return (
    <Primitive.Root open={open && !empty} onOpenChange={setOpen}>
      <Primitive.Trigger
        asChild
        ref={trigger}
        onPointerDown={(event) => {
          touched.current = event.pointerType === 'touch'
        }}
        onClick={openByTap}
      >
        {children}
      </Primitive.Trigger>
      <Primitive.Portal container={open ? placeOf(trigger.current) : null}>
        <Primitive.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-80 rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs leading-relaxed text-text shadow-pop"
        >
          {content}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** Where its words stand: in the dialog or the main part that it speaks of, for all text of a page belongs into a landmark. */
function placeOf(trigger: HTMLElement | null): HTMLElement | null {
  return trigger?.closest<HTMLElement>('[role=dialog]') ?? document.querySelector<HTMLElement>('main')
}
