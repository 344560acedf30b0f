// Names that do not lie on each other: each takes the first free place around its thing, or is left out.

export interface Label { x: number; y: number; text: string; rank: number }
export interface Placed { index: number; dx: number; dy: number; anchor: "start" | "end" | "middle" }

const TALL = 15, WIDE = 6.9, NEAR = 15; // pixels: of a line, of a letter on average, from the thing to its name

/** Places for labels in order of their rank, highest first. */
export function place(labels: Label[], taken: [number, number, number, number][] = []): Placed[] {
  const order = labels.map((_, i) => i).sort((a, b) => labels[b]!.rank - labels[a]!.rank || a - b), out: Placed[] = [];
  for (const index of order) {
    const { x, y, text } = labels[index]!, w = text.length * WIDE;
    const spots: [number, number, Placed["anchor"], number][] = [[NEAR, 0, "start", x + NEAR], [-NEAR, 0, "end", x - NEAR - w], [0, -20, "middle", x - w / 2], [0, 21, "middle", x - w / 2], [NEAR, -14, "start", x + NEAR], [NEAR, 15, "start", x + NEAR]];
    for (const [dx, dy, anchor, left] of spots) {
      const box: [number, number, number, number] = [left, y + dy - TALL / 2, left + w, y + dy + TALL / 2];
      if (taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue;
      taken.push(box);
      out.push({ index, dx, dy, anchor });
      break;
    }
  }
  return out;
}
