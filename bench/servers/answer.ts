/** Tells the process that measures that this one is ready, then answers its questions until it goes. */
export function answer<Question>(ready: unknown, reply: (question: Question) => unknown): void {
  process.on('message', async (question) => {
    process.send?.(question === 'cpu' ? process.cpuUsage() : ((await reply(question as Question)) ?? null))
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.(ready)
}
