// `npm run check` has to pass where the peers are not installed.
declare module 'grammy'
declare module '@grammyjs/runner'
