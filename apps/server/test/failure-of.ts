import { expect } from 'vitest'
import { StoreFailure } from '../src/store/store-failure.ts'

/** The sentence with which a store refuses. */
export async function failureOf(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(StoreFailure)
  return (error as StoreFailure).message
}
