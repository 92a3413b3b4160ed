import type { AppRouter } from '@strata/server'
import { QueryClient } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { isRetryable } from './fault.ts'

/** The server refuses larger batches. */
const BATCH_CALLS_MAX = 10

export const client = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: (operation) => operation.type === 'subscription',
      true: httpSubscriptionLink({ url: '/trpc' }),
      false: httpBatchLink({ url: '/trpc', maxItems: BATCH_CALLS_MAX, methodOverride: 'POST' }),
    }),
  ],
})

export const queryClient = new QueryClient({
  defaultOptions: {
    // What changes is announced by the live stream; nothing is read again for another reason.
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && isRetryable(error),
    },
    mutations: { retry: false },
  },
})

/** Query and mutation options for every procedure: `useQuery(trpc.modules.list.queryOptions())`. */
export const trpc = createTRPCOptionsProxy<AppRouter>({ client, queryClient })

export type Inputs = inferRouterInputs<AppRouter>
export type Outputs = inferRouterOutputs<AppRouter>
