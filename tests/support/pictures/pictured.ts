/** A part of the pictures: pages that are open as they are to be pictured. */
import type { Browser, Page } from 'playwright-core';
import type { Clip } from '../peers/clip.ts';

export interface Pictured {
  /** By the name that each picture's file begins with. */
  readonly pages: Record<string, Page>;
  /** Ends what was started for them, except the pages. */
  stop(): Promise<unknown>;
}

/** @param clip what cameras without a browser show */
export type Part = (browser: Browser, clip: Clip) => Promise<Pictured>;
