/** How a peer comes back after its media worker died: as consoles do, until it succeeds. */
const retryDelay = 500; // ms

/**
 * Tries again for as long as the server has no worker to offer.
 * @param wanted whether the peer is still there; what fails after it left is of no interest
 */
export async function persist(act: () => Promise<void>, wanted: () => boolean): Promise<void> {
  while (wanted()) {
    try {
      return await act();
    } catch (error) {
      if (!wanted()) return;
      if (!/unavailable|not-found/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelay));
    }
  }
}
