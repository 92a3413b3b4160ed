/** Who a call comes from. `actor` is told in the trail; `person` answers for it; `key` counts its streams and calls. */
export type Caller =
  | {
      readonly kind: 'session'
      readonly actor: string
      readonly person: string
      readonly key: string
      readonly expiresAt: number
      readonly ended: AbortSignal
    }
  /** The server's own token, or `STRATA_TOKEN`: whoever has it is the owner, at the machine. */
  | { readonly kind: 'token'; readonly actor: 'token'; readonly person: string; readonly key: 'token' }
  | { readonly kind: 'api_token'; readonly actor: string; readonly person: string; readonly key: string; readonly id: string }
