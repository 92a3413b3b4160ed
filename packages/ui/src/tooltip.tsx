import { Tooltip as Primitive } from 'radix-ui'
import { useState } from 'react'
import type { PointerEvent, ReactElement, ReactNode } from 'react'

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
 * `content` absent shows the child alone.
 */
export function Tooltip({
  content,
  children,
  side = 'top',
}: {
  content: ReactNode
  children: ReactElement
  side?: 'top' | 'right' | 'bottom' | 'left'
}) {
  const [open, setOpen] = useState(false)
  if (content === undefined || content === null || content === '') return children
  const tap = (event: PointerEvent) => {
    if (event.pointerType === 'touch') setOpen((was) => !was)
  }
  return (
    <Primitive.Root open={open} onOpenChange={setOpen}>
      <Primitive.Trigger asChild onPointerUp={tap}>
        {children}
      </Primitive.Trigger>
      <Primitive.Portal>
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
