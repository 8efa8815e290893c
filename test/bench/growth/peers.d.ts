// `npm run check` has to pass where the libraries of the plot are not installed.
declare module '@observablehq/plot'
declare module 'linkedom'
