import { styleText } from 'node:util'

const COLOURS = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  http: 'magenta',
  verbose: 'cyan',
  debug: 'blue',
  silly: 'gray',
} as const

/** A log line for people: time of day, level, message, then the fields that differ from line to line. */
export function readable(line: string, colours: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text
  const { timestamp, level, message, service, version, instance, boot, seq, error, ...fields } =
    JSON.parse(line)
  const rest = Object.entries(fields).map(
    ([key, value]) =>
      ` ${paint('dim', `${key}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const trouble = error ? `\n${paint('red', causes(error))}` : ''
  const colour = COLOURS[level as keyof typeof COLOURS] ?? 'white'
  return `${paint('dim', timestamp.slice(11, 23))} ${paint(colour, level.padEnd(7))} ${message}${rest.join('')}${trouble}\n`
}

function causes(error: { type: string; message: string; stack?: string; cause?: never }): string {
  const text = error.stack ?? `${error.type}: ${error.message}`
  return error.cause ? `${text}\ncaused by ${causes(error.cause)}` : text
}
