/** What is plotted: a title, whether its curves need their names, and of each curve its name, a colour of the page, and how a value is read. */
export const PLOTS = [
  {
    title: 'Updates per second',
    curves: () => [{ name: 'updates', hue: 'info', read: ({ updates }) => updates }],
  },
  {
    title: 'Seconds per update, mean',
    curves: () => [{ name: 'seconds', hue: 'brass', read: ({ secondsPerUpdate }) => secondsPerUpdate }],
  },
  {
    title: 'Lines per second, by level',
    named: true,
    curves: () =>
      ['error', 'warn', 'info', 'debug'].map((level) => ({
        name: level,
        hue: level,
        read: ({ updates, lines }) => (updates === null ? null : (lines[level] ?? 0)),
      })),
  },
  {
    title: 'Telegram’s answers per second, by code',
    named: true,
    curves: (all) =>
      [...new Set(all.flatMap(({ codes }) => Object.keys(codes)))].sort().map((code) => ({
        name: code,
        hue: { 200: 'good', 429: 'warn' }[code] ?? 'error',
        read: ({ updates, codes }) => (updates === null ? null : (codes[code] ?? 0)),
      })),
  },
]

/** A mean exists only for seconds in which something ended: the last of them is what a reader looks for. */
export function readLatest(all, read) {
  return all.map(read).findLast((value) => value !== null) ?? null
}

export function write(value) {
  if (value === null) return '–'
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)))
}
