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
  type: 'private' | 'group' | 'supergroup'
  title?: string
  /** Its messages are sorted into topics. */
  is_forum?: true
  /** The direct messages of a channel, one topic a person. */
  is_direct_messages?: true
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

export interface Sticker extends FileInfo {
  type: 'regular'
  width: number
  height: number
  is_animated: boolean
  is_video: boolean
  emoji: string
}

export interface Voice extends FileInfo {
  /** Seconds. */
  duration: number
}

export interface Contact {
  phone_number: string
  first_name: string
  user_id?: number
}

/** What a message says. Service messages of any other name fit too. */
export interface Content {
  text?: string
  entities?: Entity[]
  location?: Location
  caption?: string
  document?: FileInfo
  photo?: FileInfo[]
  media_group_id?: string
  sticker?: Sticker
  voice?: Voice
  contact?: Contact
  pinned_message?: Message
  forum_topic_created?: { name: string; icon_color: number }
  migrate_to_chat_id?: number
  migrate_from_chat_id?: number
}

/** Where in a chat a message is, beyond the chat itself. */
export interface Place {
  message_thread_id?: number
  is_topic_message?: true
  direct_messages_topic?: { topic_id: number; user: User }
  business_connection_id?: string
  /** Only this user and the sender see the message; its message_id is 0. */
  receiver_user?: User
  ephemeral_message_id?: number
}

/** A message as the people of the chat see it; over the wire only inline keyboards go along. */
export interface Message extends Content, Place {
  message_id: number
  from: User
  chat: Chat
  date: number
  edit_date?: number
  reply_to_message?: Message
  reply_markup?: ReplyMarkup
  guest_query_id?: string
  guest_bot_caller_user?: User
}

/** A message that the bot is still writing. @see https://core.telegram.org/bots/api#sendmessagedraft */
export interface Draft {
  draft_id: number
  text: string
  message_thread_id?: number
  can_stop: boolean
  keep_on_stop: boolean
}

export interface BotCommand {
  command: string
  description: string
  /** In groups only its sender and the bot see it. */
  is_ephemeral?: true
}

/** What happens between the bot and its people, for those who look on. */
export type ChatEvent =
  | { type: 'message' | 'edit'; chat_id: number; message: Message }
  | { type: 'delete'; chat_id: number; message_id: number; ephemeral_message_id?: number }
  | { type: 'draft'; chat_id: number; draft: Draft | undefined }
  | { type: 'action'; chat_id: number; action: string }
  | { type: 'answer'; chat_id: number; user_id: number; answer: Answer }
  | { type: 'commands'; commands: BotCommand[] }

/** An answerCallbackQuery, seen by the person who pressed. */
export interface Answer {
  id: string
  text?: string
  show_alert?: boolean
}
