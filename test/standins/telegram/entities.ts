import type { Entity } from './types.ts'

/** What Telegram finds in a text by itself, in the order in which an overlap is decided. */
const PATTERNS: [type: string, pattern: RegExp][] = [
  [
    'url',
    /(?<![\w@])(?:https?:\/\/[^\s<>"]*[^\s<>".,;:!?'()]|(?:[\w-]+\.)+(?:com|org|net|io|dev|ar|es)\b(?:\/[^\s<>"]*[^\s<>".,;:!?'()])?)/gi,
  ],
  ['mention', /(?<![\w@/])@[a-z]\w{3,31}\b/gi],
  ['bot_command', /(?<![\w/<>])\/\w{1,64}(?:@\w{3,32})?\b(?!\/)/gi],
]

const WORTH_A_LOOK = /[/@.]/

/**
 * The entities of a text: `given` ones and, where they leave chat, commands, mentions and addresses.
 * @see https://core.telegram.org/bots/api#messageentity
 */
export function findEntities(text: string, given: Entity[] = []): Entity[] {
  if (!WORTH_A_LOOK.test(text)) return given
  const entities = [...given]
  for (const [type, pattern] of PATTERNS) {
    for (const { 0: found, index: offset } of text.matchAll(pattern)) {
      const free = entities.every((e) => e.offset >= offset + found.length || e.offset + e.length <= offset)
      if (free) entities.push({ type, offset, length: found.length })
    }
  }
  return entities.sort((a, b) => a.offset - b.offset)
}
