/** What a refused call is told besides its description. @see https://core.telegram.org/bots/api#responseparameters */
export interface ErrorParameters {
  retry_after?: number
  migrate_to_chat_id?: number
}

/** A call that Telegram refuses; becomes `{"ok":false,…}`. The texts are those of tdlib/telegram-bot-api. */
export class ApiError extends Error {
  readonly code: number
  readonly parameters: ErrorParameters | undefined

  constructor(code: number, description: string, parameters?: ErrorParameters) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

export function badRequest(description: string): ApiError {
  return new ApiError(400, `Bad Request: ${description}`)
}
