import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'

/** A document in Spanish stands beside its English one; README's is in docs/, as the top level is kept short. */
const PAIRS = globSync('docs/*.es.md').map((spanish) => {
  const english = spanish.replace('.es.md', '.md')
  return { spanish, english: basename(english) === 'README.md' ? 'README.md' : english }
})

const BLOCK = /^```(\w*)\n([\s\S]*?)^```$/gm
const read = (file: string) => readFileSync(file, 'utf8')
const prose = (file: string) => read(file).replace(BLOCK, '')

/** The code blocks; comments are translated and so left out. */
const blocks = (file: string) =>
  [...read(file).matchAll(BLOCK)].map(([, language, text = '']) => [language, text.replace(/\s+# .*$/gm, '')])
const levels = (file: string) => [...prose(file).matchAll(/^(#+) /gm)].map(([, level]) => level)
/** What stands in backquotes, in its order, by paragraph and cell: commands, names and values. */
const names = (file: string) => [...new Set(prose(file).match(/`[^`\n]+`/g))].sort()
const firstCells = (file: string) => [...prose(file).matchAll(/^\| (`.+?`) \|/gm)].map(([, cell]) => cell)

describe.each(PAIRS)('$spanish says what $english says:', ({ spanish, english }) => {
  test('the same headings', () => expect(levels(spanish)).toEqual(levels(english)))
  test('the same code blocks', () => expect(blocks(spanish)).toEqual(blocks(english)))
  test('the same rows of its tables', () => expect(firstCells(spanish)).toEqual(firstCells(english)))
  test('the same commands, names and values', () => expect(names(spanish)).toEqual(names(english)))
})
