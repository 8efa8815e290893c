const LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly']

/** What a line has to be like to be shown. Every word of the search has to occur somewhere in it. */
export function createFilter({ level = 'silly', search = '', only } = {}) {
  const least = LEVELS.indexOf(level)
  const words = search.trim().split(/\s+/).filter(Boolean)
  const patterns = words.map((word) => new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i'))
  const narrow = patterns.length > 0 || only !== undefined
  return {
    narrow,
    passes({ line, level: of, note, fields }) {
      if (note) return !narrow
      if (LEVELS.indexOf(of) > least) return false
      if (only && fields[only.field] !== only.value) return false
      return patterns.every((pattern) => pattern.test(line))
    },
  }
}

/** What the log has to know of a line, or of a note about the process. A line that is not JSON is shown all the same. */
export function readEntry(entry) {
  if (typeof entry !== 'string') return { note: entry }
  try {
    const { level = 'info', update_id, chat_id } = JSON.parse(entry)
    return { line: entry, level, fields: { update_id, chat_id } }
  } catch {
    return { line: entry, level: 'info', fields: {} }
  }
}
