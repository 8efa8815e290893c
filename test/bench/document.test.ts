import { expect, it } from 'vitest'
import { withSection } from './document.ts'
import { median, ratioTo } from './harness.ts'

const DOCUMENT = '# Benchmarks\n\nWords.\n\n## A\n\none\n\n## B\n\n### inside\n\ntwo\n'

it('adds a section at the end', () => {
  expect(withSection(DOCUMENT, 'C', 'three')).toBe(`${DOCUMENT}\n## C\n\nthree\n`)
})

it('replaces a section in its place and leaves the others alone', () => {
  expect(withSection(DOCUMENT, 'A', 'new')).toBe(DOCUMENT.replace('one', 'new'))
  expect(withSection(DOCUMENT, 'B', 'new')).toBe(DOCUMENT.replace('### inside\n\ntwo', 'new'))
})

it('takes the middle of the values, or of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 2, 100])).toBe(3)
})

it('compares with what ran in the same round', () => {
  const rounds = (...values: number[]) => ({ name: '', rounds: values.map((cpu) => ({ cpu })) })

  expect(ratioTo(rounds(1, 10, 2), rounds(2, 30, 4), 'cpu')).toBe(2)
})
