/** Who a call comes from. `key` counts its streams and calls. */
export type Caller =
  | { readonly kind: 'session'; readonly actor: string; readonly key: string; readonly expiresAt: number; readonly ended: AbortSignal }
  | { readonly kind: 'token'; readonly actor: 'token'; readonly key: 'token' }
