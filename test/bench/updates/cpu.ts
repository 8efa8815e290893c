// Loaded into a client before anything else (--import): tells the bench how much CPU the process has used, in µs, all threads.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
process.on('disconnect', () => process.exit())
