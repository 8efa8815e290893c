// `npm run check` has to pass where the peers are not installed.
declare module '@logtape/file'
declare module '@logtape/logtape'
declare module 'bunyan'
declare module 'pino'
declare module 'roarr'
