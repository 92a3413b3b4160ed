const WIDTH = 96
const HEIGHT = 20
/** More points than pixels are not seen. */
const POINTS_MAX = WIDTH

export interface SparklineProps {
  /** Evenly spaced, oldest first; `null` is a hole. */
  readonly values: readonly (number | null)[]
  readonly colour: string
  /** What it shows, in words: the picture itself says nothing to who cannot see it. */
  readonly label: string
}

/** A series as small as a word. Its scale begins at 0. */
export function Sparkline({ values, colour, label }: SparklineProps) {
  const shown = thin(values)
  const top = Math.max(1, ...shown.map((value) => value ?? 0))
  const x = (index: number) => (shown.length < 2 ? WIDTH : (index / (shown.length - 1)) * WIDTH)
  const y = (value: number) => HEIGHT - 1 - (value / top) * (HEIGHT - 2)
  let path = ''
  let isDown = false
  for (const [index, value] of shown.entries()) {
    if (value === null) isDown = false
    else {
      path += isDown ? `H${x(index).toFixed(1)}V${y(value).toFixed(1)}` : `M${x(index).toFixed(1)} ${y(value).toFixed(1)}`
      isDown = true
    }
  }
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      className="shrink-0 overflow-visible"
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line-strong)" />
      <path d={path} fill="none" stroke={colour} strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  )
}

function thin(values: readonly (number | null)[]): readonly (number | null)[] {
  if (values.length <= POINTS_MAX) return values
  return Array.from({ length: POINTS_MAX }, (_, index) => values[Math.round((index * (values.length - 1)) / (POINTS_MAX - 1))] ?? null)
}
