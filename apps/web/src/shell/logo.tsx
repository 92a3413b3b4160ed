/** Layers, the newest on top. */
export function Logo() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false" className="shrink-0">
      <path d="M16 4 29 11 16 18 3 11z" fill="var(--accent)" />
      <path d="m3 16.5 13 7 13-7" fill="none" stroke="var(--layer-4)" strokeWidth="2.6" strokeLinejoin="round" strokeLinecap="round" />
      <path d="m3 21.5 13 7 13-7" fill="none" stroke="var(--layer-2)" strokeWidth="2.6" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  )
}
