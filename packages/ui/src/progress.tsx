/** `n` of `m` done, as a bar with its words. */
export function Progress({ value, max, label }: { value: number; max: number; label: string }) {
  const share = max <= 0 ? 1 : Math.min(1, value / max)
  return (
    <div>
      <div className="mb-1 flex justify-between gap-4 text-[13px] text-muted">
        <span>{label}</span>
        <span>
          {value} of {max}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={value}
        className="h-1.5 overflow-hidden rounded-full bg-idle-soft"
      >
        <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  )
}
