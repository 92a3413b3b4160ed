import type { ReactNode } from 'react'
import { cx } from './cx.ts'

/** The colour of layer `number`, the same wherever that layer is drawn. */
export function layerColour(number: number): string {
  return `var(--layer-${((((number - 1) % 8) + 8) % 8) + 1})`
}

export interface LayerSegment {
  readonly key: string
  /** Its share of the width; the least width is kept readable. */
  readonly weight: number
  readonly colour: string
  readonly content: ReactNode
  readonly marked?: boolean
  /** Drawn hatched: nothing holds it. */
  readonly empty?: boolean
}

/** Layers side by side, width by weight, in several lines where they would be too narrow to read; below 640 px one under the other. */
export function LayerBar({ label, segments }: { label: string; segments: readonly LayerSegment[] }) {
  return (
    <ul aria-label={label} className="flex flex-col gap-1 sm:flex-row sm:flex-wrap">
      {segments.map((segment) => (
        <li
          key={segment.key}
          className={cx(
            'relative min-w-0 overflow-hidden rounded-md border border-line sm:min-w-32 sm:[flex:var(--weight)_1_0%]',
            segment.marked === true && 'border-line-strong',
          )}
          style={{
            ['--weight' as string]: Math.max(1, segment.weight),
            background:
              segment.empty === true
                ? 'repeating-linear-gradient(135deg, transparent 0 6px, var(--idle-soft) 6px 7px)'
                : `color-mix(in oklab, ${segment.colour} 13%, var(--surface))`,
          }}
        >
          <span
            aria-hidden="true"
            className="absolute inset-x-0 top-0 h-[3px]"
            style={{ background: segment.colour, opacity: segment.empty === true ? 0.45 : 1 }}
          />
          {segment.content}
        </li>
      ))}
    </ul>
  )
}
