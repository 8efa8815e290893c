import { commands } from './commands.ts'
import { drafts } from './drafts.ts'
import { ephemeral } from './ephemeral.ts'
import { files } from './files.ts'
import { messages } from './messages.ts'
import type { Method } from './method.ts'
import { queries } from './queries.ts'
import { receiving } from './receiving.ts'

const METHODS = new Map<string, Method>(
  Object.entries({ ...receiving, ...messages, ...ephemeral, ...drafts, ...files, ...queries, ...commands }),
)
const PROPER_NAMES = new Map([...METHODS.keys()].map((name) => [name.toLowerCase(), name]))

/** Telegram takes a method's name in any letter case. @returns the proper name, and the method if there is one */
export function findMethod(name: string): [name: string, method: Method | undefined] {
  const proper = METHODS.has(name) ? name : (PROPER_NAMES.get(name.toLowerCase()) ?? name)
  return [proper, METHODS.get(proper)]
}
