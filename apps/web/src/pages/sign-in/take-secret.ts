/** What a link carries behind `#`. */
export interface Secret {
  readonly type: 'link' | 'invitation'
  readonly code: string
}

const INVITATION = 'invitation='

/** The code behind `#`, taken out of the address at once: no history, link or screenshot keeps it. */
export function takeSecret(): Secret | null {
  const text = window.location.hash.slice(1)
  if (text === '') return null
  window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
  return readSecret(text)
}

export function readSecret(text: string): Secret {
  return text.startsWith(INVITATION) ? { type: 'invitation', code: text.slice(INVITATION.length) } : { type: 'link', code: text }
}
