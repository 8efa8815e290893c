/** A bot's token as Telegram makes them; the look-behind keeps a long row of digits linear. */
const TOKEN = /(?<!\d)(\d{6,})(:|%3A)[\w-]{30,}/gi
/** Six digits, a colon and thirty characters. */
const SHORTEST_TOKEN = 37
const REDACTED = '[redacted]'

/** Takes tokens out of text: the bot's own always, those of other bots where one may be. */
export function createRedaction(token: string) {
  const secret = token.slice(token.indexOf(':') + 1)
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  forms.delete('')
  const own = [...forms]

  return {
    /** Whether the text may hold a token; cheap enough for every text of every line. */
    suspects(text: string): boolean {
      return text.length >= SHORTEST_TOKEN && (text.includes(':') || text.includes('%3'))
    },

    clean(text: string, suspicious: boolean): string {
      let clean = text
      for (const form of own) if (clean.includes(form)) clean = clean.replaceAll(form, REDACTED)
      return suspicious ? clean.replace(TOKEN, `$1$2${REDACTED}`) : clean
    },
  }
}
