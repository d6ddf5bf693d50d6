/** The camera's sound. Its lack is told, and never stops the picture. */
import { texts } from '../text/texts.ts';
import { CaptureError, openMicrophone } from './capture.ts';

/** Whoever sends the sound. */
interface Sender {
  sendAudio(track: MediaStreamTrack): Promise<void>;
  stop(kind: 'audio'): Promise<void>;
}

const reasons: Record<string, string> = texts.session.sound.reasons;

export class Sound {
  /** Whoever sits here wants sound to be sent. */
  wanted = $state(false);
  /** Why none is sent though it is wanted; empty while all is well. */
  fault = $state('');
  readonly #sender: () => Sender | undefined;
  #microphone: Promise<MediaStreamTrack> | undefined;

  /** @param sender undefined while nothing can be sent */
  constructor(sender: () => Sender | undefined) {
    this.#sender = sender;
  }

  async change(wanted: boolean): Promise<void> {
    this.wanted = wanted;
    if (wanted) return this.send();
    this.close();
    await this.#stop();
  }

  /** Sends it, if it is wanted and there is a microphone; else says what is wrong. */
  async send(): Promise<void> {
    const sender = this.#sender();
    if (!this.wanted || !sender) return;
    const microphone = (this.#microphone ??= this.#open());
    try {
      const track = await microphone;
      if (microphone !== this.#microphone) return;
      await sender.sendAudio(track);
      this.fault = '';
    } catch (error) {
      if (microphone !== this.#microphone) return;
      if (error instanceof CaptureError) this.#microphone = undefined;
      const reason = error instanceof CaptureError && reasons[error.code];
      this.fault = texts.session.sound.none(reason || texts.session.sound.noServer);
    }
  }

  close(): void {
    // One that never came has nothing to stop; its reason was told when it failed.
    this.#microphone?.then((track) => track.stop()).catch(() => {});
    this.#microphone = undefined;
    this.fault = '';
  }

  async #open(): Promise<MediaStreamTrack> {
    const track = await openMicrophone();
    track.addEventListener('ended', () => void this.#lost());
    return track;
  }

  /** It was unplugged: another one is sent, or it is said that there is none. */
  async #lost(): Promise<void> {
    this.close();
    await this.#stop();
    await this.send();
  }

  async #stop(): Promise<void> {
    // Nothing is in a track that has stopped, whether or not the server heard that it is over.
    await this.#sender()
      ?.stop('audio')
      .catch(() => {});
  }
}
