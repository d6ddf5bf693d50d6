/**
 * A film for Chromium's fake camera: a textured ground that sways, and cars that cross it. The browser's
 * own test picture shows so little that all simulcast layers would have about the same bit rate.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

const width = 1280; // px
const height = 720; // px
const seconds = 2; // then it begins again
const margin = 12; // px that the ground is larger on each side: a mast sways in the wind
const cars = 8;

/** Writes the film as YUV4MPEG2, 4:2:0; about 83 MB. */
export function drawStreet(file: string, frameRate: number): void {
  const ground = texture(width + 2 * margin, height + 2 * margin);
  const out = openSync(file, 'w');
  writeSync(out, `YUV4MPEG2 W${width} H${height} F${frameRate}:1 Ip A1:1 C420\n`);
  const count = seconds * frameRate;
  const luma = Buffer.alloc(width * height);
  const chroma = Buffer.alloc((width * height) / 2);
  for (let frame = 0; frame < count; frame += 1) {
    const turn = (2 * Math.PI * frame) / count;
    const left = margin + Math.round(margin * Math.sin(turn));
    const top = margin + Math.round(margin * Math.cos(turn));
    for (let row = 0; row < height; row += 1) {
      const from = (row + top) * (width + 2 * margin) + left;
      ground.copy(luma, row * width, from, from + width);
    }
    chroma.fill(128);
    for (let car = 0; car < cars; car += 1) {
      const x = Math.round(((frame / count + car / cars) % 1) * (width - 120));
      fill(luma, width, { x, y: 84 * car + 40, width: 96, height: 40 }, 60 + car * 20);
      const half = { x: x >> 1, y: 42 * car + 20, width: 48, height: 20 };
      fill(chroma.subarray(0, chroma.length / 2), width / 2, half, 60 + car * 20);
      fill(chroma.subarray(chroma.length / 2), width / 2, half, 200 - car * 20);
    }
    writeSync(out, 'FRAME\n');
    writeSync(out, luma);
    writeSync(out, chroma);
  }
  closeSync(out);
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function fill(plane: Buffer, stride: number, box: Box, value: number): void {
  for (let row = box.y; row < box.y + box.height; row += 1) {
    plane.fill(value, row * stride + box.x, row * stride + box.x + box.width);
  }
}

/** Grey stones, always the same ones. */
function texture(across: number, down: number): Buffer {
  const plane = Buffer.alloc(across * down, 110);
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let stone = 0; stone < 20_000; stone += 1) {
    const box = {
      x: random(across - 16),
      y: random(down - 10),
      width: 4 + random(12),
      height: 3 + random(7),
    };
    fill(plane, across, box, 90 + random(50));
  }
  return plane;
}
