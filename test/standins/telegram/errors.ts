/** A call that Telegram refuses; becomes `{"ok":false,…}`. The texts are those of tdlib/telegram-bot-api. */
export class ApiError extends Error {
  readonly code: number

  constructor(code: number, description: string) {
    super(description)
    this.code = code
  }
}

export function badRequest(description: string): ApiError {
  return new ApiError(400, `Bad Request: ${description}`)
}
