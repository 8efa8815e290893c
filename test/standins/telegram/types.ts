/** The objects of the Bot API that the stand-in makes or reads. @see https://core.telegram.org/bots/api#available-types */

export interface User {
  id: number
  is_bot: boolean
  first_name: string
  last_name?: string
  username?: string
  language_code?: string
}

export interface Chat {
  id: number
  type: 'private' | 'supergroup'
  title?: string
  first_name?: string
  last_name?: string
  username?: string
}

/** Offset and length count UTF-16 units, as JavaScript's strings do. */
export interface Entity {
  type: string
  offset: number
  length: number
  [detail: string]: unknown
}

export interface InlineButton {
  text: string
  callback_data?: string
  url?: string
}

export interface ReplyButton {
  text: string
  request_location?: boolean
}

export interface ReplyMarkup {
  inline_keyboard?: InlineButton[][]
  keyboard?: (ReplyButton | string)[][]
  remove_keyboard?: boolean
  force_reply?: boolean
  resize_keyboard?: boolean
  one_time_keyboard?: boolean
  input_field_placeholder?: string
}

export interface Location {
  latitude: number
  longitude: number
}

export interface FileInfo {
  file_id: string
  file_unique_id: string
  file_size: number
  file_name?: string
  mime_type?: string
  width?: number
  height?: number
}

export interface Content {
  text?: string
  entities?: Entity[]
  location?: Location
  caption?: string
  document?: FileInfo
  photo?: FileInfo[]
}

/** A message as the people of the chat see it; over the wire only inline keyboards go along. */
export interface Message extends Content {
  message_id: number
  from: User
  chat: Chat
  date: number
  edit_date?: number
  reply_to_message?: Message
  reply_markup?: ReplyMarkup
}

export interface BotCommand {
  command: string
  description: string
}

/** What happens between the bot and its people, for those who look on. */
export type ChatEvent =
  | { type: 'message' | 'edit'; chat_id: number; message: Message }
  | { type: 'delete'; chat_id: number; message_id: number }
  | { type: 'action'; chat_id: number; action: string }
  | { type: 'answer'; chat_id: number; user_id: number; answer: Answer }
  | { type: 'commands'; commands: BotCommand[] }

/** An answerCallbackQuery, seen by the person who pressed. */
export interface Answer {
  id: string
  text?: string
  show_alert?: boolean
}
