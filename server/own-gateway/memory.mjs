/**
 * Arguments of Node for a gateway. What comes of a picture is garbage as soon as it is sent; with room for 2 MiB of it, the
 * memory stays in the processor's caches, and cleaning up costs less as well (docs/performance.md has both).
 */
export const memoryArguments = ['--max-semi-space-size=2'];
