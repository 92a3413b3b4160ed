import { type RefObject, useLayoutEffect, useState } from 'react'

let lastPointer: { readonly x: number; readonly y: number } | null = null

if (typeof window !== 'undefined') {
  window.addEventListener('pointerdown', ({ clientX, clientY }) => (lastPointer = { x: clientX, y: clientY }), {
    capture: true,
    passive: true,
  })
}

/** How far from the last press a confirming button has to be. */
const APART_PX = 24

/**
 * True when the element came to lie where the pointer was pressed last: a second press of an impatient finger would hit it,
 * so it has to change places.
 */
export function useLiesUnderPointer(element: RefObject<HTMLElement | null>, ready: boolean): boolean {
  const [under, setUnder] = useState(false)
  useLayoutEffect(() => {
    if (!ready || element.current === null || lastPointer === null) return
    const box = element.current.getBoundingClientRect()
    const { x, y } = lastPointer
    setUnder(x > box.left - APART_PX && x < box.right + APART_PX && y > box.top - APART_PX && y < box.bottom + APART_PX)
  }, [element, ready])
  return under
}
