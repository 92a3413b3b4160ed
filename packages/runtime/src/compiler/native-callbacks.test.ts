import { expect, test } from 'vitest'
import { compileForTest } from '../testing/test-scheduler.ts'

const needs = (text: string, natives: readonly string[] = []): boolean => compileForTest('m', text, [], natives).nativeCallbacks

test.each([
  [
    'messages only',
    `import { receive, send } from '@strata/runtime/process'\nexport async function start() { send(await receive(), { on: 'process', n: [1].map((x) => x + 1) }) }`,
  ],
  [
    'words in comments and strings',
    `// Promise.all(x).then(y), process.on, fetch\nexport async function start() { return 'on process fetch Promise' }`,
  ],
  [
    'promises that are awaited at once',
    `export async function start() { await Promise.all([f(), f()]); await (new Promise((done) => setTimeout(done, 5))) }\nasync function f() {}`,
  ],
  ['a variable of that name', `export function start(process: { on(): void }) { process.on(); const fetch = () => 1; return fetch() }`],
  ['a class', `export class A { constructor() { this.x = 1 } x }`],
])('STR4 turns need not name their process for %s', (_what, text) => {
  expect(needs(text)).toBe(false)
})

test.each([
  ['a built-in', `import { EventEmitter } from 'node:events'\nexport const e = new EventEmitter()`],
  ['then', `export async function start() { const p = f(); p.then(f) }\nasync function f() {}`],
  ['then by another way', `export async function start() { const { then } = f(); return then }\nasync function f() {}`],
  ['a thenable', `export async function start() { await { then(done) { done() } } }`],
  ['a promise that may be left rejected', `export async function start() { Promise.reject(1) }`],
  ['a kept promise', `export async function start() { const p = new Promise(() => {}); await p }`],
  ['a promise chain under await', `export async function start() { await Promise.resolve(1).finally(() => {}) }`],
  ['a global that keeps callbacks', `export function start() { new AbortController().signal.addEventListener('abort', () => {}) }`],
  ['process', `export function start() { process.on('exit', () => {}) }`],
  ['eval', `export function start() { return (0, eval)('1') }`],
  ['code made of text', `export function start() { return start.constructor('return Promise')() }`],
  ['for await', `export async function start() { for await (const x of [f()]) x }\nasync function f() {}`],
])('STR4 turns name their process for %s', (_what, text) => {
  expect(needs(text, ['node:events'])).toBe(true)
})
