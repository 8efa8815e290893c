/** A call that Telegram refuses; becomes `{"ok":false,…}`. The texts are those of tdlib/telegram-bot-api. */
export class ApiError extends Error {
  readonly code: number
  /** What helps the caller to do better. @see https://core.telegram.org/bots/api#responseparameters */
  readonly parameters: { migrate_to_chat_id?: number } | undefined

  constructor(code: number, description: string, parameters?: { migrate_to_chat_id?: number }) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

export function badRequest(description: string): ApiError {
  return new ApiError(400, `Bad Request: ${description}`)
}
