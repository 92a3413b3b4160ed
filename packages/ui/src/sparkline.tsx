/** A line of figures with its meaning in words; draws nothing for fewer than two. */
export function Sparkline({
  values,
  label,
  colour = 'var(--accent)',
  width = 120,
  height = 28,
}: {
  values: readonly number[]
  label: string
  colour?: string
  width?: number
  height?: number
}) {
  const top = Math.max(1, ...values)
  const step = width / Math.max(1, values.length - 1)
  const points = values
    .map((value, index) => `${(index * step).toFixed(1)},${(height - 2 - (value / top) * (height - 4)).toFixed(1)}`)
    .join(' ')
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} width={width} height={height} className="max-w-full">
      {values.length > 1 && <polyline points={points} fill="none" stroke={colour} strokeWidth="1.5" strokeLinejoin="round" />}
    </svg>
  )
}
