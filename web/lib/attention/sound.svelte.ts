/** One short sound for new trouble, for who wants it. */
import { siteStorage } from '../browser-storage.ts';

const key = 'attention-sound';
/** Hz, and how long each lasts, s. */
const tones = [880, 660];
const length = 0.16;
const loudness = 0.2; // of 1
/** Trouble that comes within this time makes one sound, ms. */
const pause = 2000;

export class TroubleSound {
  wanted = $state(siteStorage.getItem(key) === 'on');
  #context: AudioContext | undefined;
  #last = -Infinity;

  /** To be called for a click or a key: browsers allow sound only then. */
  set(wanted: boolean): void {
    this.wanted = wanted;
    if (wanted) siteStorage.setItem(key, 'on');
    else siteStorage.removeItem(key);
    if (wanted) this.#play();
  }

  trouble(): void {
    if (!this.wanted || performance.now() - this.#last < pause) return;
    this.#last = performance.now();
    this.#play();
  }

  close(): void {
    void this.#context?.close();
  }

  #play(): void {
    this.#context ??= new AudioContext();
    const { currentTime, destination } = this.#context;
    void this.#context.resume();
    for (const [index, tone] of tones.entries()) {
      const begin = currentTime + index * length;
      const gain = this.#context.createGain();
      gain.gain.setValueAtTime(loudness, begin);
      gain.gain.exponentialRampToValueAtTime(0.001, begin + length);
      gain.connect(destination);
      const oscillator = this.#context.createOscillator();
      oscillator.frequency.value = tone;
      oscillator.connect(gain);
      oscillator.start(begin);
      oscillator.stop(begin + length);
    }
  }
}
