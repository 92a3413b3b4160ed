const PROBLEMS: Readonly<Record<string, string>> = {
  stale: 'This way back from the identity provider is used up, too old, or of another browser. Begin again.',
  refused: 'What the identity provider said does not fit, so nobody was signed in.',
  away: 'The identity provider does not answer. Sign in with your password, or try again in a moment.',
  nobody: 'The identity provider knows you, and nobody here does. Ask an admin for an invitation, and accept it with the provider.',
  taken: 'Somebody else here signs in with this identity.',
  invitation: 'This invitation is used up or too old. Ask for a fresh one.',
}

/** What went wrong on the way back from the identity provider, by the word that the server put into the address. */
export function problemSentence(problem: string | null): string | null {
  return problem !== null && Object.hasOwn(PROBLEMS, problem) ? (PROBLEMS[problem] ?? null) : null
}
